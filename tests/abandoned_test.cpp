// What killed runs leave beside their files, and who removes it.
#include "tensor/abandoned.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "tensor/atomic_file.h"
#include "tests/temporary.h"

using namespace seisgrad;
namespace fs = std::filesystem;

namespace {

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

// A process that has written half of `path`, until it is killed.
struct WritingChild {
  pid_t pid = -1;

  explicit WritingChild(const std::string& path) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid = ::fork();
    if (pid == 0) {
      PartialFile file(path);
      file.append("half");
      if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]), ::close(ready[1]);
  }
  ~WritingChild() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
};

}  // namespace

TEST_CASE("abandoned: what a killed process was writing is removed, what a living one writes is not") {
  const TemporaryFolder folder;
  // each child is another process that looks into the folder for the first time
  const WritingChild living(folder.file("living"));
  { const WritingChild killed(folder.file("killed")); }
  fs::create_directory(folder.file("data.partial-1-2"));
  folder.write("data.partial-1-2/shard", std::string("x"));
  const std::set<std::string> others = {"notes.partial-", "notes.partial-1-x", "a.partial-1", ".partial-1-2", "file"};
  for (const std::string& name : others) folder.write(name, std::string("of somebody else"));
  fs::create_symlink(folder.file("file"), folder.file("link.partial-1-2"));
  REQUIRE(names_in(folder.file(".")).size() == others.size() + 4);

  { const WritingChild last(folder.file("last")); }
  std::set<std::string> expected = others;
  expected.insert("link.partial-1-2");
  expected.insert("living.partial-" + std::to_string(living.pid) + "-");
  std::set<std::string> left;
  for (const std::string& name : names_in(folder.file(".")))
    if (!name.starts_with("last.partial-"))
      left.insert(name.starts_with("living") ? name.substr(0, name.rfind('-') + 1) : name);
  CHECK(left == expected);
}

TEST_CASE("abandoned: a file is replaced beside one of a process of the same number that is gone") {
  const TemporaryFolder folder;
  const std::string path = folder.file("file");
  std::string next = partial_name(path);  // the next has the next number
  const std::size_t dash = next.rfind('-') + 1;
  next = next.substr(0, dash) + std::to_string(std::stoi(next.substr(dash)) + 1);
  const int held = ::open(next.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(lock_partial(held));  // in the making: not removed, and not written over
  replace_file(path, "new");
  CHECK(text_of(path) == "new");
  CHECK(names_in(folder.file(".")).size() == 2);
  ::close(held);
}
