# data/ knows nothing of `real`: one library.
file(GLOB data_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/*.cpp ${PROJECT_SOURCE_DIR}/data/synthetic/*.cpp)
# Loops over samples, which -O3 makes vectors of.
foreach(part fft event noise scattering)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/data/synthetic/${part}.cpp PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Release>:-O3>")
endforeach()
if(MSEED_FOUND AND data_sources)
  set(SEISGRAD_HAS_DATA ON)
  add_library(data STATIC ${data_sources})
  target_link_libraries(data PUBLIC seisgrad_options tensor_plain PRIVATE ${MSEED_LIBRARY})
  target_include_directories(data SYSTEM PRIVATE ${MSEED_INCLUDE})
endif()
