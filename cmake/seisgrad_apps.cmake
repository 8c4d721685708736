# The program: apps/main.cpp and one folder a verb.

# Gradient checks are made in double, whatever the program's own precision.
file(GLOB gradcheck_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/gradcheck/cases*.cpp)
foreach(p ${seisgrad_precisions})
  add_library(gradcheck_${p} STATIC ${gradcheck_sources})
  target_link_libraries(gradcheck_${p} PUBLIC models_${p})
endforeach()
