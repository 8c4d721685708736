// HtmlPage: a report as one HTML file that needs no other: style and figures are inside it, and no script.
#pragma once
#include <string>
#include <vector>

namespace seisgrad {

struct HtmlTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  size_t text_columns = 1;  // these are set left, the numbers after them right
};

// Texts are escaped; figures are SVG as apps/report makes it, and go in as they are.
class HtmlPage {
 public:
  explicit HtmlPage(const std::string& title);

  void heading(const std::string& text);
  void paragraph(const std::string& text);
  void table(const HtmlTable& table);
  void figures(const std::vector<std::string>& svg);  // beside each other where there is room
  void append(const HtmlPage& other);                 // what stands on another page, without its title

  std::string text() const;

 private:
  std::string title_, body_;
};

}  // namespace seisgrad
