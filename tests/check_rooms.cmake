# Fails when a file includes a room that its own room may not see, or a library that is another file's affair.
#     cmake -P tests/check_rooms.cmake
cmake_minimum_required(VERSION 3.24)
set(kernels_sees kernels)
set(tensor_sees tensor kernels)
set(autograd_sees autograd tensor kernels)
set(layers_sees layers autograd tensor)
set(models_sees models layers autograd tensor)
set(data_sees data tensor)
set(apps_sees apps models layers autograd data tensor)
set(tests_sees tests bench apps models layers autograd data tensor kernels)
set(bench_sees ${tests_sees})

# What the rooms above autograd/ may include of kernels/: no View, no arithmetic on tensors.
set(kernels_for_all
  kernels/real.h      # the type real and its namespace
  kernels/device.h    # the GPU as a whole
  kernels/parallel.h  # the number of threads
  kernels/philox.h    # random numbers
  kernels/sanitizers.h)
# An optimiser's step has no gradient, so no operator of autograd/ stands between the kernel and its caller.
set(kernels_for_layers kernels/adam.h)

# Library header (regular expression), then the files that may include it.
set(libraries
  "^cuda|^mma\\.h|^cooperative_groups" "^(kernels|bench)/"
  "^cudnn|^cublas|^nccl|dnnl|cblas|mkl" "^(bench|tests)/"  # baselines and oracles, never the library
  "^libmseed" "^data/miniseed_(decode|write)\\.cpp$|^tests/"
  "hdf5" "^apps/model/hdf5_handle\\.h$|^tests/"
  "^boost" "^kernels/simt_emulator_fiber\\.h$"
  "^doctest" "^tests/"
  "^benchmark" "^bench/")

function(check_room_include file room included)
  string(REGEX REPLACE "/.*" "" seen "${included}")
  if(NOT included MATCHES "/")
    message(SEND_ERROR "${file}: \"${included}\": includes are written from the root")
  elseif(included IN_LIST kernels_for_all OR (room STREQUAL layers AND included IN_LIST kernels_for_layers))
    return()
  elseif(NOT seen IN_LIST ${room}_sees)
    message(SEND_ERROR "${file}: \"${included}\": ${room} sees only ${${room}_sees}")
  endif()
endfunction()

function(check_library_include file included)
  set(rest ${libraries})
  while(rest)
    list(POP_FRONT rest library where)
    if(included MATCHES "${library}" AND NOT file MATCHES "${where}")
      message(SEND_ERROR "${file}: <${included}>: only files like ${where} include it")
    endif()
  endwhile()
endfunction()

get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
set(includes 0)
foreach(room kernels tensor autograd layers models data apps tests bench)
  file(GLOB_RECURSE files RELATIVE ${root} ${root}/${room}/*.h ${root}/${room}/*.cuh ${root}/${room}/*.cpp
       ${root}/${room}/*.cu)
  foreach(file ${files})
    file(STRINGS ${root}/${file} lines REGEX "^ *# *include")
    foreach(line ${lines})
      math(EXPR includes "${includes} + 1")
      if(line MATCHES "include *\"([^\"]+)\"")
        check_room_include(${file} ${room} "${CMAKE_MATCH_1}")
      elseif(line MATCHES "include *<([^>]+)>")
        check_library_include(${file} "${CMAKE_MATCH_1}")
      endif()
    endforeach()
  endforeach()
endforeach()
message(STATUS "rooms: ${includes} includes")

# Two types of one name are undefined behaviour that no compiler reports where no file sees both. Headers of kernels/
# are left out: theirs depend on the device.
set(types)
foreach(room tensor autograd layers models data apps)
  file(GLOB_RECURSE files RELATIVE ${root} ${root}/${room}/*.h)
  foreach(file ${files})
    set(space)
    file(STRINGS ${root}/${file} lines REGEX "^(namespace|struct|class|enum class) [^;]*{")
    foreach(line ${lines})
      if(line MATCHES "^namespace ([^ ]+)")
        set(space ${CMAKE_MATCH_1})
      elseif(line MATCHES "^(struct|class|enum class) ([A-Za-z0-9_]+)")
        set(type ${space}::${CMAKE_MATCH_2})
        if(type IN_LIST types)
          message(SEND_ERROR "${file}: another header has a type ${type}, too")
        endif()
        list(APPEND types ${type})
      endif()
    endforeach()
  endforeach()
endforeach()
