# room(NAME [SEES ROOM...]): the folder NAME as static libraries NAME_f32 and NAME_f64, which see the rooms named
# and what those see.
set(seisgrad_precisions f32 f64)
if(SEISGRAD_REAL STREQUAL "double")
  set(seisgrad_precision f64)
else()
  set(seisgrad_precision f32)
endif()

# precision(TARGET f32|f64): sets `real` for a target and whatever links it.
function(precision target p)
  target_link_libraries(${target} PUBLIC seisgrad_options)
  if(p STREQUAL "f64")
    target_compile_definitions(${target} PUBLIC SEISGRAD_DOUBLE)
  endif()
endfunction()

function(room name)
  cmake_parse_arguments(arg "" "" "SEES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "\\.simd\\.cpp$|simt_emulator|tensor/(abandoned|atomic_file|crc32c)\\.cpp$")
  foreach(p ${seisgrad_precisions})
    add_library(${name}_${p} STATIC ${sources})
    precision(${name}_${p} ${p})
    foreach(seen ${arg_SEES})
      target_link_libraries(${name}_${p} PUBLIC ${seen}_${p})
    endforeach()
  endforeach()
endfunction()
