# Registers and shared memory of every CUDA kernel, from what ptxas said when it was compiled (OBJECT.ptxas). Fails when
# a kernel keeps anything in local memory, and when docs/kernel_resources.md lists one that no longer exists.
#     cmake -DOBJECTS="a.cu.o|..." [-DTABLE=docs/kernel_resources.md [-DWRITE=ON]] -P tests/check_kernel_resources.cmake
cmake_minimum_required(VERSION 3.24)
string(REPLACE "|" ";" OBJECTS "${OBJECTS}")
find_program(CXXFILT NAMES c++filt llvm-cxxfilt REQUIRED)

# product_kernel<Tile<64, 64, 4, 4>> of a mangled name
function(readable result mangled)
  execute_process(COMMAND ${CXXFILT} ${mangled} OUTPUT_VARIABLE name OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "(anonymous namespace)::" "" name "${name}")
  string(REGEX REPLACE "seisgrad::|f32::|f64::|gpu::|^void " "" name "${name}")
  string(REPLACE "(Precision)1" tf32 name "${name}")
  string(REPLACE "(Precision)2" tf32x3 name "${name}")
  string(REGEX REPLACE "\\(.*" "" name "${name}")
  string(REPLACE "> >" ">>" name "${name}")
  set(${result} "${name}" PARENT_SCOPE)
endfunction()

set(rows "")
set(kernels 0)
set(line "[^\n]*\n")
foreach(object ${OBJECTS})
  get_filename_component(file ${object} NAME_WLE)
  file(READ ${object}.ptxas log)
  string(REGEX MATCHALL
    "entry function '[^']+' for 'sm_[0-9]+'\n(ptxas info +: Function${line})? *[0-9]+ bytes stack${line}ptxas info +: Used [0-9]+ registers${line}"
    entries "${log}")
  string(REGEX MATCHALL "entry function" all "${log}")
  list(LENGTH entries parsed)
  list(LENGTH all count)
  if(NOT parsed EQUAL count)
    message(SEND_ERROR "${object}.ptxas: ${parsed} of ${count} kernels understood; has ptxas another format?")
  endif()
  foreach(entry ${entries})
    string(REGEX MATCH "'([^']+)' for 'sm_([0-9]+)'" _ "${entry}")
    readable(name ${CMAKE_MATCH_1})
    set(arch ${CMAKE_MATCH_2})
    string(REGEX MATCH "([0-9]+) bytes stack frame, ([0-9]+) bytes spill stores, ([0-9]+) bytes" _ "${entry}")
    if(NOT "${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${CMAKE_MATCH_3}" STREQUAL "0 0 0")
      message(SEND_ERROR "${file}: ${name} for sm_${arch} uses local memory: ${CMAKE_MATCH_0}")
    endif()
    string(REGEX MATCH "Used ([0-9]+) registers" _ "${entry}")
    set(registers ${CMAKE_MATCH_1})
    set(shared 0)
    if(entry MATCHES ", ([0-9]+) bytes smem")
      set(shared ${CMAKE_MATCH_1})
    endif()
    set(key "${file} | ${name}")
    list(APPEND rows "${key}")
    string(MD5 id "${key}")
    set(${id}_${arch} "${registers} | ${shared}")
    math(EXPR kernels "${kernels} + 1")
  endforeach()
endforeach()
if(kernels EQUAL 0)
  message(FATAL_ERROR "no kernels: was everything built?")
endif()
message(STATUS "kernel resources: ${kernels} kernels, none spills")
if(NOT DEFINED TABLE)
  return()
endif()
list(REMOVE_DUPLICATES rows)
list(SORT rows)

if(WRITE)
  set(text "# Registers and shared memory of the CUDA kernels

As `ptxas -v` of nvcc 13.0 counts them: registers a thread, bytes of static shared memory a block (what a launch asks for
in addition is in the kernel's page). None keeps anything in local memory: a kernel that spills does not build. A
multiprocessor has 65 536 registers. Float. `cmake --build build --target kernel_resources` writes this page anew;
`tests/check_kernel_resources.cmake` fails when it lists a kernel that no longer exists.

| file | kernel | registers, sm_80 | shared | registers, sm_90 | shared |
|---|---|--:|--:|--:|--:|
")
  foreach(row ${rows})
    string(MD5 id "${row}")
    string(REPLACE " | " " | `" shown "${row}")
    string(APPEND text "| ${shown}` | ${${id}_80} | ${${id}_90} |\n")
  endforeach()
  file(WRITE ${TABLE} "${text}")
  return()
endif()
file(STRINGS ${TABLE} listed REGEX "^\\| .*`")
foreach(entry ${listed})
  string(REGEX REPLACE "^\\| ([^|]*) \\| `([^`]*)`.*" "\\1 | \\2" row "${entry}")
  if(NOT row IN_LIST rows)
    message(SEND_ERROR "${TABLE}: there is no kernel ${row}: cmake --build build --target kernel_resources")
  endif()
endforeach()
list(LENGTH rows now)
list(LENGTH listed then)
message(STATUS "kernel resources: ${TABLE} has ${then} of ${now} kernels")
