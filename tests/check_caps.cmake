# Minimal has numbers: prints them and fails when one is over its cap. A cap moves only with a reason written beside it.
#     cmake -P tests/check_caps.cmake
cmake_minimum_required(VERSION 3.24)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
set(longest 300)
set(may_be_longer)  # files and, in a comment beside each, why it is one idea

function(count_lines result)
  set(sum 0)
  foreach(file ${ARGN})
    file(READ ${file} text)
    string(REGEX MATCHALL "\n" ends "${text}")
    list(LENGTH ends lines)
    math(EXPR sum "${sum} + ${lines}")
  endforeach()
  set(${result} ${sum} PARENT_SCOPE)
endfunction()

function(cap name most)
  file(GLOB files ${ARGN})
  count_lines(lines ${files})
  message(STATUS "${name}: ${lines} lines of at most ${most}")
  if(lines EQUAL 0)
    message(SEND_ERROR "${name}: no files, the pattern is wrong")
  elseif(lines GREATER most)
    message(SEND_ERROR "${name}: ${lines} lines are over the cap of ${most}")
  endif()
endfunction()

set(sources *.h *.cuh *.cpp *.cu)
foreach(room kernels tensor autograd layers models)
  list(TRANSFORM sources PREPEND ${root}/${room}/ OUTPUT_VARIABLE ${room})
endforeach()
# planned as 2000; normalise_windows, gradient checks on every device, bilstm and conv1d_fused (inference alone, 100) came
# after; so did files too large for memory and checksums at the speed of memory, which data sets need
cap("tensor + autograd" 2300 ${tensor} ${autograd})
cap("reference kernels" 2000 ${root}/kernels/*.reference.cpp)
# planned as 10000; device memory, tensor cores and convolutions fused for inference came after
cap("kernels in all" 12000 ${kernels})
# planned as 2000; weight files that may be damaged or hostile take 550 of them (models/safetensors*), first weights and
# losses of training 150 (models/training.*)
cap("layers + models" 2350 ${layers} ${models})

# README states the size of the core: kernels to models.
file(GLOB core ${kernels} ${tensor} ${autograd} ${layers} ${models})
count_lines(lines ${core})
file(READ ${root}/README.md readme)
if(NOT readme MATCHES "([0-9]+),([0-9][0-9][0-9]) lines")
  message(SEND_ERROR "README.md does not say how many lines the core has, like 1,234 lines")
else()
  set(stated ${CMAKE_MATCH_1}${CMAKE_MATCH_2})
  math(EXPR least "${lines} * 95 / 100")
  math(EXPR most "${lines} * 105 / 100")
  message(STATUS "the core: ${lines} lines, README.md says ${stated}")
  if(stated LESS least OR stated GREATER most)
    message(SEND_ERROR "README.md says that the core has ${stated} lines; it has ${lines}")
  endif()
endif()

foreach(room kernels tensor autograd layers models data apps tests bench docs)
  list(TRANSFORM sources PREPEND ${root}/${room}/ OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE files RELATIVE ${root} ${patterns})
  foreach(file ${files})
    count_lines(lines ${root}/${file})
    if(lines GREATER longest AND NOT file IN_LIST may_be_longer)
      message(SEND_ERROR "${file}: ${lines} lines are over ${longest}: two ideas, two files")
    endif()
  endforeach()
endforeach()
