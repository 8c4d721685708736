# Proves with nm what the linker will find, in the libraries and objects it is given:
# - nothing of cuDNN, cuBLAS, oneDNN, NCCL or a BLAS is called: every kernel is ours;
# - an object of a *.simd.cpp shares no function with other files. A weak symbol outside the namespace of its level could
#   be kept in its AVX-512 copy for everybody, and stop a machine that has none.
#     cmake -DNM=nm "-DLIBRARIES=a.a|b.a" "-DSIMD=x.simd.cpp.o|..." -P tests/check_symbols.cmake
cmake_minimum_required(VERSION 3.24)
string(REPLACE "|" ";" LIBRARIES "${LIBRARIES}")
string(REPLACE "|" ";" SIMD "${SIMD}")
set(vendors "cudnn|cublas|cufft|cusparse|cusolver|nvrtc|nccl|dnnl|onednn|cblas_|openblas|mkl_|[sd]gemm_")

# All symbols of a file: "name type value size" a line. Type U: undefined; V, W, v, w: weak; u: unique.
function(symbols result file)
  execute_process(COMMAND ${NM} -P ${file} OUTPUT_VARIABLE text RESULT_VARIABLE failed ERROR_QUIET)
  if(failed OR text STREQUAL "")
    message(SEND_ERROR "${file}: ${NM} finds no symbols: was everything built?")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

foreach(file ${LIBRARIES} ${SIMD})
  symbols(text ${file})
  if(text MATCHES "([^\n ]*(${vendors})[^\n ]*) [UwW]")
    message(SEND_ERROR "${file} calls ${CMAKE_MATCH_1}")
  endif()
endforeach()

foreach(file ${SIMD})
  symbols(text ${file})
  string(REGEX MATCHALL "[^\n ]+ [VWvwu] " weak "${text}")
  foreach(symbol ${weak})
    # the level as a mangled name holds it; where the C++ runtime's unwinder is, which sanitizers ask for
    if(NOT symbol MATCHES "8baseline|4avx2|6avx512|^DW\\.ref\\.__gxx_personality")
      message(SEND_ERROR "${file}: ${symbol}: a *.simd.cpp may use only what its namespace SIMD holds")
    endif()
  endforeach()
endforeach()
list(LENGTH LIBRARIES libraries)
list(LENGTH SIMD objects)
if(libraries EQUAL 0 OR objects EQUAL 0)
  message(SEND_ERROR "no libraries or no *.simd.cpp objects were given")
endif()
message(STATUS "symbols: ${libraries} libraries and objects, ${objects} of *.simd.cpp")
