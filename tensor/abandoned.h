// What is not written to its end. A file or folder in the making stands beside what it will become, as
// NAME.partial-PID-NUMBER, and is locked (flock) by the process that makes it. The system takes the lock away when the
// process ends, however it ends: what nobody has locked is what a killed run left, and nobody's.
#pragma once
#include <string>

namespace seisgrad {

// A name for `path` in the making; another one at each call.
std::string partial_name(const std::string& path);

// Locks a new file or folder until `fd` is closed. False where another process took it for abandoned before: make
// another. True where the file system has no locks, where nothing is taken for abandoned either.
bool lock_partial(int fd);

// Removes what killed runs left in a folder; once for each folder and process, because that reads the whole folder.
void remove_abandoned(const std::string& folder);

}  // namespace seisgrad
