# Every operator with its faces. Fails when one is missing, when a file belongs to no operator, and when an operator of
# autograd/ops.h has no gradient check.
#     cmake -P tests/check_ops.cmake
cmake_minimum_required(VERSION 3.24)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)

set(header kernels/OP.h)                     # the contract
set(reference kernels/OP.reference.cpp)      # the specification in plain loops
set(cpu kernels/OP.cpp)                      # absent where the reference is fast enough
set(simd kernels/OP.simd.h kernels/OP.simd.cpp)
set(cuda kernels/OP.cu)
set(rule autograd/OP.cpp)                    # forward and backward on the tape
set(test tests/OP_test.cpp)
set(bench bench/OP_bench.cpp)
set(page docs/ops/OP.md)
set(shape_page docs/ops/shape.md)            # one for the operators that only move values
set(kernel header reference)                 # the faces of every kernel

set(ops)
function(op name)
  set(ops ${ops} ${name} PARENT_SCOPE)
  foreach(face ${ARGN})
    if(NOT DEFINED ${face})
      message(SEND_ERROR "${name}: no face is called ${face}")
    endif()
    foreach(file ${${face}})
      string(REPLACE OP ${name} file ${file})
      if(NOT EXISTS ${root}/${file})
        message(SEND_ERROR "${name}: ${file} is missing")
      endif()
    endforeach()
  endforeach()
endfunction()

op(adam ${kernel} cuda test page)                    # a step of an optimiser: no gradient
op(additive_attention ${kernel} cpu simd cuda rule test page bench)
op(avg_pool1d ${kernel} cuda rule test page)
op(batch_norm ${kernel} cpu simd cuda rule test page)
op(concat ${kernel} cpu cuda rule test shape_page)
op(conv1d ${kernel} cpu simd cuda rule test bench page)
op(conv1d_fused ${kernel} cpu cuda rule test bench page)   # its inner loops are conv1d's
op(dropout ${kernel} cpu cuda rule test page)
op(elementwise ${kernel} cpu simd cuda rule test page)
op(layer_norm ${kernel} cpu simd cuda rule test page)
op(linear ${kernel} cpu cuda rule test page)
op(loss ${kernel} cpu cuda rule test page)
op(lstm ${kernel} cpu simd cuda rule test bench page)
op(matmul ${kernel} cpu simd cuda)                   # its rule, test and page are linear's
op(max_pool1d ${kernel} cpu simd cuda rule test bench page)
op(normalise_windows ${kernel} cpu cuda rule test page)  # data: no gradient
op(padding ${kernel} cpu cuda rule test shape_page)  # pad, crop
op(penalty ${kernel} cuda rule test page)
op(reduction ${kernel} cpu cuda rule test page)      # sum, mean
op(reshape rule test shape_page)                     # shares memory: no kernel
op(softmax ${kernel} cuda rule test page)
op(transpose ${kernel} cpu cuda rule test shape_page)
op(upsample1d ${kernel} cpu simd cuda rule test page)

# Files that are of no operator, by the stem before their first dot.
set(kernels_support
  README
  view real parallel scratch philox round_up activation  # what every kernel may use
  simd simd_math simd_sum simd_pairs copy_rows map       # inner loops
  device device_machine device_cuda device_emulated block_cache sanitizers  # memory, copies, recordings
  cuda_check simt simt_options async_copy block_sum mma precision warp workspace)  # CUDA, and the emulator: simt_emulator*
set(autograd_support README tape gradcheck on ops pooled_shape)
set(tests_support device_graph golden golden_small layer_table training oracle)  # tests of no header, see below
set(docs_ops_support shape)  # reshape, transpose, concat, pad, crop on one page

# STEM is an operator, or a part of one: lstm_backward of lstm.
function(is_of_an_op result stem)
  set(${result} OFF PARENT_SCOPE)
  foreach(name ${ops})
    if(stem STREQUAL name OR stem MATCHES "^${name}_")
      set(${result} ON PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

function(check_owned folder pattern suffix support)
  file(GLOB files RELATIVE ${root} ${root}/${folder}/${pattern})
  foreach(file ${files})
    get_filename_component(stem ${file} NAME)
    string(REGEX REPLACE "${suffix}" "" stem ${stem})
    is_of_an_op(owned ${stem})
    # a test may also be that of a header, in any room
    file(GLOB_RECURSE headers ${root}/tensor/${stem}.h ${root}/autograd/${stem}.h ${root}/layers/${stem}.h
         ${root}/models/${stem}.h ${root}/apps/${stem}.h ${root}/kernels/${stem}.h)
    if(NOT (owned OR stem IN_LIST ${support} OR stem MATCHES "^simt_emulator" OR (folder STREQUAL tests AND headers)))
      message(SEND_ERROR "${file} belongs to no operator: list it in tests/check_ops.cmake or remove it")
    endif()
  endforeach()
endfunction()
check_owned(kernels "*" "\\..*" kernels_support)
check_owned(autograd "*" "\\..*" autograd_support)
check_owned(tests "*_test.cpp" "_test\\.cpp$" tests_support)
check_owned(docs/ops "*" "\\..*" docs_ops_support)

# Every function of ops.h by name in the gradient checks.
set(without_gradient dropout_mask normalise_windows conv1d_fused)
file(GLOB case_files ${root}/apps/gradcheck/cases_*.cpp)
set(cases "")
foreach(file ${case_files})
  file(READ ${file} text)
  string(APPEND cases "${text}")
endforeach()
file(STRINGS ${root}/autograd/ops.h declared REGEX "^[A-Z][A-Za-z]* [a-z0-9_]+\\(")
set(functions 0)
foreach(line ${declared})
  string(REGEX REPLACE "^[A-Z][A-Za-z]* ([a-z0-9_]+)\\(.*" "\\1" name "${line}")
  string(FIND "${cases}" "{\"${name}\"" at)
  if(at EQUAL -1 AND NOT name IN_LIST without_gradient)
    message(SEND_ERROR "autograd/ops.h: ${name} has no case in apps/gradcheck")
  endif()
  math(EXPR functions "${functions} + 1")
endforeach()
list(LENGTH ops count)
message(STATUS "ops: ${count} with ${functions} functions")
