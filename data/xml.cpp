#include "data/xml.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr std::size_t deepest = 100;
constexpr std::string_view blanks = " \t\r\n";

std::string local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) byte(code);
  else if (code < 0x800) byte(0xC0 | code >> 6), byte(0x80 | (code & 63));
  else if (code < 0x10000) byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63));
  else byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 63)), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63));
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  XmlNode root() {
    while (at_ < text_.size()) {
      const std::size_t open = text_.find('<', at_);
      add_text(text_.substr(at_, open - at_));
      if (open == std::string_view::npos) break;
      at_ = open;
      if (starts("<!--")) skip_past("-->");
      else if (starts("<![CDATA[")) cdata();
      else if (starts("<?")) skip_past("?>");
      else if (starts("<!")) skip_declaration();
      else if (starts("</")) end_tag();
      else start_tag();
    }
    if (!open_.empty()) fail("ends within <" + raw_names_.back() + ">; the file is cut short");
    if (roots_.size() != 1) fail("no XML element, or more than one at the top");
    return std::move(roots_[0]);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(joined(file_, ": at byte ", at_, ": ", what));
  }
  bool starts(std::string_view with) const { return text_.substr(at_, with.size()) == with; }

  void skip_past(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) fail(joined("no \"", end, "\"; the file is cut short"));
    at_ = found + end.size();
  }

  void skip_declaration() {
    const std::size_t begin = at_;
    skip_past(">");
    if (text_.substr(begin, at_ - begin).find('[') != std::string_view::npos) fail("a document type with definitions");
  }

  void cdata() {
    const std::size_t begin = at_ + 9;
    skip_past("]]>");
    if (!open_.empty()) open_.back().text += text_.substr(begin, at_ - 3 - begin);
  }

  void add_text(std::string_view raw) {
    if (!open_.empty()) open_.back().text += decoded(raw);
    else if (raw.find_first_not_of(" \t\r\n\xEF\xBB\xBF") != std::string_view::npos)
      fail("text outside of elements; this is no XML");
  }

  std::string decoded(std::string_view raw) const {
    std::string out;
    for (std::size_t i = 0; i < raw.size();) {
      if (raw[i] != '&') {
        out += raw[i++];
        continue;
      }
      const std::size_t end = raw.find(';', i);
      const std::string_view name = raw.substr(i + 1, end == std::string_view::npos ? 0 : end - i - 1);
      if (name == "lt") out += '<';
      else if (name == "gt") out += '>';
      else if (name == "amp") out += '&';
      else if (name == "quot") out += '"';
      else if (name == "apos") out += '\'';
      else append_utf8(out, code_of(name));
      i = end + 1;
    }
    return out;
  }

  unsigned code_of(std::string_view name) const {
    const bool hexadecimal = name.substr(0, 2) == "#x";
    const std::string_view digits = name.substr(std::min<std::size_t>(name.size(), hexadecimal ? 2 : 1));
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
    if (name.substr(0, 1) != "#" || error != std::errc() || end != digits.data() + digits.size() || code > 0x10FFFF)
      fail(joined("an unknown entity \"&", name, ";\""));
    return code;
  }

  // Of a tag: up to a blank, '/', '>' or '='.
  std::string_view take_name() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>=", at_), text_.size());
    if (end == at_) fail("a name was expected");
    const std::string_view name = text_.substr(at_, end - at_);
    at_ = end;
    return name;
  }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }

  void start_tag() {
    ++at_;
    const std::string_view raw = take_name();
    XmlNode node;
    node.name = local(raw);
    for (skip_blanks(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; skip_blanks()) {
      const std::string name = local(take_name());
      skip_blanks();
      if (!starts("=")) fail("an attribute without a value");
      ++at_;
      skip_blanks();
      const char quote = at_ < text_.size() ? text_[at_] : ' ';
      const std::size_t end = quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : std::string_view::npos;
      if (end == std::string_view::npos) fail("a value without quotes");
      node.attributes.emplace_back(name, decoded(text_.substr(at_ + 1, end - at_ - 1)));
      at_ = end + 1;
    }
    const bool empty = starts("/>");
    if (!empty && !starts(">")) fail("a tag that does not end");
    at_ += empty ? 2 : 1;
    if (open_.size() >= deepest) fail("elements nested too deep");
    open_.push_back(std::move(node));
    raw_names_.emplace_back(raw);
    if (empty) close();
  }

  void end_tag() {
    at_ += 2;
    const std::string_view raw = take_name();
    if (open_.empty() || raw_names_.back() != raw) fail(joined("</", raw, "> closes no element"));
    skip_blanks();
    if (!starts(">")) fail("a tag that does not end");
    ++at_;
    close();
  }

  void close() {
    XmlNode node = std::move(open_.back());
    open_.pop_back();
    raw_names_.pop_back();
    node.text = trimmed(node.text);
    (open_.empty() ? roots_ : open_.back().children).push_back(std::move(node));
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::vector<XmlNode> open_, roots_;
  std::vector<std::string> raw_names_;  // of the open elements, with prefix
};

}  // namespace

const XmlNode* XmlNode::child(std::string_view child_name) const {
  for (const XmlNode& node : children)
    if (node.name == child_name) return &node;
  return nullptr;
}

std::string XmlNode::at(std::string_view path) const {
  const std::size_t slash = path.find('/');
  const XmlNode* next = child(path.substr(0, slash));
  if (next == nullptr) return "";
  return slash == std::string_view::npos ? next->text : next->at(path.substr(slash + 1));
}

std::string XmlNode::attribute(std::string_view attribute_name) const {
  for (const auto& [key, value] : attributes)
    if (key == attribute_name) return value;
  return "";
}

XmlNode parse_xml(std::string_view text, const std::string& file) { return Parser(text, file).root(); }

XmlNode read_xml(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!file || error) throw std::runtime_error(path + ": cannot open; is it there, and readable?");
  if (size > (std::uintmax_t{1} << 30)) throw std::runtime_error(path + ": over 1 GiB; cut it into several files");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return parse_xml(text, path);
}

bool is_xml(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw std::runtime_error(path + ": a folder, not a file");
  if (!file) throw std::runtime_error(path + ": cannot open; is it there, and readable?");
  char c = ' ';
  while (file.get(c) && (c == ' ' || c == '\n' || c == '\r' || c == '\t' || (c & 0x80) != 0)) {}
  return c == '<';
}

}  // namespace seisgrad
