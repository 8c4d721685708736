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
      apps/model/child.cpp apps/model/convert.cpp apps/model/hdf5.cpp apps/model/info.cpp apps/model/keras.cpp
      apps/model/keras_graph.cpp apps/model/keras_weights.cpp apps/model/parity.cpp)
    target_link_libraries(model_import_${p} PUBLIC models_${p} PRIVATE ${HDF5_C_LIBRARIES})
    target_include_directories(model_import_${p} SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
  endforeach()
endif()
