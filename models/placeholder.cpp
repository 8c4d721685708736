#include "kernels/real.h"
