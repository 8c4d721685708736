# The program: apps/main.cpp and one folder a verb.

# Gradient checks are made in double, whatever the program's own precision.
file(GLOB gradcheck_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/gradcheck/cases*.cpp)
foreach(p ${seisgrad_precisions})
  add_library(gradcheck_${p} STATIC ${gradcheck_sources})
  target_link_libraries(gradcheck_${p} PUBLIC models_${p})
endforeach()

# apps/model: import of Keras weights, parity, tables of layers. Without HDF5 or JSON there is none of it.
set(SEISGRAD_HAS_IMPORT OFF)
if(HDF5_FOUND AND JSON_INCLUDE)
  set(SEISGRAD_HAS_IMPORT ON)
  foreach(p ${seisgrad_precisions})
    add_library(model_import_${p} STATIC
      apps/model/child.cpp apps/model/convert.cpp apps/model/hdf5.cpp apps/model/hdf5_array.cpp
      apps/model/info.cpp apps/model/keras.cpp apps/model/keras_graph.cpp apps/model/keras_weights.cpp
      apps/model/parity.cpp apps/model/pretrained.cpp)
    target_link_libraries(model_import_${p} PUBLIC models_${p} PRIVATE ${HDF5_C_LIBRARIES})
    target_compile_definitions(model_import_${p} PRIVATE SEISGRAD_SOURCE_MODELS="${PROJECT_SOURCE_DIR}/models/pretrained")
    target_include_directories(model_import_${p} SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
  endforeach()
endif()

# The program's parts as a library, so that tests reach them; its own precision only.
set(app_sources)
foreach(part report scan data train evaluate study explain experiment)
  file(GLOB part_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/${part}/*.cpp)
  list(FILTER part_sources EXCLUDE REGEX "/verb.cpp$")
  list(APPEND app_sources ${part_sources})
endforeach()
list(APPEND app_sources apps/device.cpp apps/version.cpp apps/model/graph.cpp apps/model/load.cpp apps/model/settings.cpp)
if(NOT (SEISGRAD_HAS_DATA AND SEISGRAD_HAS_IMPORT AND CLI11_INCLUDE))
  message(STATUS "left out: the program seisgrad, which needs libmseed, HDF5, nlohmann-json and CLI11")
  return()
endif()
set(SEISGRAD_HAS_PROGRAM ON)
add_library(apps STATIC ${app_sources})
target_link_libraries(apps PUBLIC model_import_${seisgrad_precision} data)
target_compile_definitions(apps PRIVATE SEISGRAD_VERSION="${PROJECT_VERSION}")

# `seisgrad gradcheck` runs the double build beside the program's own.
add_library(gradcheck_command OBJECT ${PROJECT_SOURCE_DIR}/apps/gradcheck/gradcheck.cpp)
target_link_libraries(gradcheck_command PUBLIC gradcheck_f64)

file(GLOB verb_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/*/verb.cpp)
add_library(program OBJECT ${PROJECT_SOURCE_DIR}/apps/main.cpp ${verb_sources})
target_link_libraries(program PUBLIC apps)

# seisgrad has NVIDIA's GPUs where nvcc is; seisgrad-emulated runs the same CUDA kernels on the CPU, and says so.
add_executable(seisgrad)
target_link_libraries(seisgrad PRIVATE program gradcheck_command gradcheck_f64 apps)
if(SEISGRAD_HAS_CUDA)
  link_gpu(seisgrad ${seisgrad_precision} nvcc)
endif()
install(TARGETS seisgrad)
install(DIRECTORY models/pretrained/ DESTINATION share/seisgrad/models  # where apps/model/pretrained.h looks
        FILES_MATCHING PATTERN "*.safetensors" PATTERN stages EXCLUDE)
if(SEISGRAD_HAS_EMULATOR)
  add_executable(seisgrad-emulated)
  target_link_libraries(seisgrad-emulated PRIVATE program gradcheck_command gradcheck_f64 apps)
  link_gpu(seisgrad-emulated ${seisgrad_precision} emulated)
  install(TARGETS seisgrad-emulated)
endif()
