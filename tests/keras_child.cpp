// The program that tests start where `seisgrad` would start itself.
#include "apps/model/convert.h"

int main(int argc, char** argv) { return seisgrad::keras_child(argc, argv); }
