// A small reader of XML: QuakeML and StationXML need no more. Elements, attributes, text, CDATA, the five named and
// the numbered entities; comments and processing instructions are skipped; names lose their prefix. Document type
// declarations that define entities are refused.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seisgrad {

struct XmlNode {
  std::string name;  // "event", of <q:event>
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // of this element, not of its children; without blanks at its ends
  std::vector<XmlNode> children;

  // The first child, or nullptr; the text at a path such as "time/value", or ""; an attribute, or "".
  const XmlNode* child(std::string_view child_name) const;
  std::string at(std::string_view path) const;
  std::string attribute(std::string_view attribute_name) const;
};

// The root element. Throws std::runtime_error with the file's name and the byte where it is no XML, elements are nested
// more than 100 deep, or the text ends early.
XmlNode parse_xml(std::string_view text, const std::string& file);
XmlNode read_xml(const std::string& path);  // of a file of at most 1 GiB

// Whether the first character is '<', blanks and a byte order mark aside. Throws where the file cannot be opened.
bool is_xml(const std::string& path);

}  // namespace seisgrad
