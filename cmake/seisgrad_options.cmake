# One interface target that every target of ours links: how we compile.
add_library(seisgrad_options INTERFACE)
target_include_directories(seisgrad_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(seisgrad_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow>
  # a*b+c is fused only where a kernel says so: results must not depend on the compiler's mood
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
if(SEISGRAD_WARNINGS_AS_ERRORS)
  target_compile_options(seisgrad_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(SEISGRAD_SANITIZE)
  target_compile_options(seisgrad_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SEISGRAD_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>)
  target_link_options(seisgrad_options INTERFACE -fsanitize=${SEISGRAD_SANITIZE})
endif()
find_package(Threads REQUIRED)
target_link_libraries(seisgrad_options INTERFACE Threads::Threads)
