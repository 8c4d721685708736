#include "models/safetensors_header.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

void refuse(const std::string& name, uint64_t offset, const std::string& what) {
  throw std::runtime_error(joined(name, ": byte ", offset, ": ", what,
                                  "; the file is damaged or no safetensors file: fetch or convert it again"));
}

size_t bytes_each(StoredType type) { return type == StoredType::f64 ? 8 : 4; }

bool element_count(const int64_t* shape, size_t rank, uint64_t& count) {
  count = 1;
  for (size_t axis = 0; axis < rank; ++axis)
    if (shape[axis] < 0 || __builtin_mul_overflow(count, static_cast<uint64_t>(shape[axis]), &count)) return false;
  return true;
}

size_t header_length(std::string_view start, uint64_t file_size, const std::string& name) {
  if (start.substr(0, 4) == "\x89HDF")
    throw std::runtime_error(name +
                             ": this is an HDF5 file (Keras weights?): convert it with `seisgrad model convert`");
  if (start.substr(0, 4) == "PK\x03\x04")
    throw std::runtime_error(name + ": this is a zip archive (PyTorch weights?), not a safetensors file");
  if (start.size() < length_bytes || file_size < length_bytes)
    refuse(name, file_size, "the file ends before the length of its header");
  uint64_t length = 0;
  std::memcpy(&length, start.data(), length_bytes);
  if (length > max_header_bytes) refuse(name, 0, joined("a header of ", length, " bytes, over the limit of 16 MiB"));
  if (length > file_size - length_bytes)
    refuse(name, 0, joined("a header of ", length, " bytes in a file of ", file_size));
  return static_cast<size_t>(length);
}

namespace {

// Reads the header from left to right. Knows just the JSON that a header may have.
class Scanner {
 public:
  Scanner(std::string_view text, size_t offset, const std::string& name) : text_(text), offset_(offset), name_(name) {}

  [[noreturn]] void refuse_here(const std::string& what) const { refuse(name_, offset_ + at_, what); }

  // Skips blanks, then the character if it comes next.
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) refuse_here(joined("expected '", c, "' in the header"));
  }
  bool ended() {
    skip_blanks();
    return at_ == text_.size();
  }

  // A string as it is written, between its quotes.
  std::string_view string() {
    expect('"');
    const size_t begin = at_;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) refuse_here("a control character in a string");
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size()) refuse_here("a string without end");
    return text_.substr(begin, at_++ - begin);
  }
  // Names are compared as written, so they may have no escapes.
  std::string_view plain_string() {
    const std::string_view s = string();
    if (s.find('\\') != s.npos || s.size() > max_name) refuse_here("a name with an escape, or over 256 bytes");
    return s;
  }
  uint64_t number() {
    skip_blanks();
    const size_t begin = at_;
    uint64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if (__builtin_mul_overflow(value, uint64_t{10}, &value) ||
          __builtin_add_overflow(value, static_cast<uint64_t>(text_[at_] - '0'), &value) || value >> 63)
        refuse_here("a number that does not fit");
    if (at_ == begin || (text_[begin] == '0' && at_ > begin + 1)) refuse_here("expected a whole number");
    return value;
  }
  // Calls item() for each item of a list or object.
  template <class Item>
  void items(char open, char close, Item item) {
    expect(open);
    if (take(close)) return;
    do item();
    while (take(','));
    expect(close);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::strchr(" \n\r\t", text_[at_]) && text_[at_]) ++at_;
  }

  std::string_view text_;
  size_t at_ = 0, offset_;
  const std::string& name_;
};

StoredType parse_type(Scanner& scan) {
  const std::string_view type = scan.plain_string();
  if (type == "F32") return StoredType::f32;
  if (type == "F64") return StoredType::f64;
  if (type == "I32") return StoredType::i32;
  scan.refuse_here(joined("a tensor of type '", type.substr(0, 8), "'; F32, F64 and I32 are known"));
}

TensorEntry parse_entry(Scanner& scan, std::string_view name) {
  TensorEntry entry{name, StoredType::f32, 0, {}, 0, 0};
  unsigned seen = 0;  // one bit a field
  const auto once = [&](unsigned bit) {
    if (seen & bit) scan.refuse_here("a field twice");
    seen |= bit;
  };
  scan.items('{', '}', [&] {
    const std::string_view field = scan.plain_string();
    scan.expect(':');
    if (field == "dtype") {
      once(1);
      entry.type = parse_type(scan);
    } else if (field == "shape") {
      once(2);
      scan.items('[', ']', [&] {
        if (entry.rank == max_rank) scan.refuse_here("a tensor of more than 8 axes");
        entry.shape[entry.rank++] = static_cast<int64_t>(scan.number());
      });
    } else if (field == "data_offsets") {
      once(4);
      scan.expect('[');
      entry.begin = scan.number();
      scan.expect(',');
      entry.end = scan.number();
      scan.expect(']');
    } else {
      scan.refuse_here("an unknown field of a tensor");
    }
  });
  if (seen != 7) scan.refuse_here("a tensor without dtype, shape or data_offsets");

  uint64_t bytes = 0;
  if (!element_count(entry.shape.data(), entry.rank, bytes) ||
      __builtin_mul_overflow(bytes, bytes_each(entry.type), &bytes))
    scan.refuse_here("a shape that overflows");
  if (entry.end < entry.begin || entry.end - entry.begin != bytes)
    scan.refuse_here(joined("a tensor of ", bytes, " bytes between the offsets ", entry.begin, " and ", entry.end));
  return entry;
}

// Names once each; data from the header's end to the file's end without gap or overlap.
void check_names_and_places(const Header& header, uint64_t data_bytes, const std::string& file) {
  std::vector<const TensorEntry*> sorted;
  for (const TensorEntry& t : header.tensors) sorted.push_back(&t);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->name < b->name; });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i]->name == sorted[i - 1]->name)
      refuse(file, length_bytes, joined("two tensors of the name '", sorted[i]->name, "'"));

  std::sort(sorted.begin(), sorted.end(),
            [](auto* a, auto* b) { return a->begin != b->begin ? a->begin < b->begin : a->end < b->end; });
  uint64_t place = 0;
  for (const TensorEntry* t : sorted) {
    if (t->begin != place) refuse(file, header.data + place, joined("tensor '", t->name, "' begins elsewhere"));
    place = t->end;
  }
  if (place != data_bytes) refuse(file, header.data + std::min(place, data_bytes), "the tensors do not fill the file");
}

}  // namespace

Header parse_header(std::string_view file, const std::string& name) {
  const size_t length = header_length(file.substr(0, length_bytes), file.size(), name);
  Header header{{}, {}, length_bytes + length};
  Scanner scan(file.substr(length_bytes, length), length_bytes, name);
  bool metadata_seen = false;
  scan.items('{', '}', [&] {
    const std::string_view key = scan.plain_string();
    scan.expect(':');
    if (key == "__metadata__") {
      if (std::exchange(metadata_seen, true)) scan.refuse_here("__metadata__ twice");
      scan.items('{', '}', [&] {
        if (header.metadata.size() == max_metadata) scan.refuse_here("more than 256 entries of metadata");
        const std::string_view entry = scan.plain_string();
        scan.expect(':');
        header.metadata.emplace_back(entry, scan.string());
      });
    } else {
      if (header.tensors.size() == max_tensors) scan.refuse_here("more than 4096 tensors");
      header.tensors.push_back(parse_entry(scan, key));
    }
  });
  if (!scan.ended()) scan.refuse_here("something after the header's last brace");
  check_names_and_places(header, file.size() - header.data, name);
  return header;
}

}  // namespace seisgrad
