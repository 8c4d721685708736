#include "apps/report/html.h"

#include "apps/report/svg_text.h"

namespace seisgrad {

static constexpr const char* style = R"(
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1060px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; border-bottom: 2px solid #0072b2; padding-bottom: .2em; }
h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; margin: .8em 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .6em; font-size: 14px; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }
th { border-bottom: 2px solid #888; vertical-align: bottom; }
th.text, td.text { text-align: left; }
tr:hover td { background: #f3f7fa; }
.scroll { overflow-x: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 1em; margin: 1em 0; }
.figures svg { border: 1px solid #ddd; border-radius: 4px; max-width: 100%; height: auto; }
)";

HtmlPage::HtmlPage(const std::string& title) : title_(title) {}

void HtmlPage::heading(const std::string& text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }

void HtmlPage::paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void HtmlPage::table(const HtmlTable& table) {
  const auto add_row = [&](const std::vector<std::string>& cells, const char* tag) {
    body_ += "<tr>";
    for (size_t i = 0; i < cells.size(); ++i)
      body_ += std::string("<") + tag + (i < table.text_columns ? " class='text'>" : ">") + escaped(cells[i]) + "</" +
               tag + ">";
    body_ += "</tr>\n";
  };
  body_ += "<div class='scroll'><table>\n<thead>";
  add_row(table.header, "th");
  body_ += "</thead>\n<tbody>\n";
  for (const auto& row : table.rows) add_row(row, "td");
  body_ += "</tbody></table></div>\n";
}

void HtmlPage::figures(const std::vector<std::string>& svg) {
  body_ += "<div class='figures'>\n";
  for (const std::string& figure : svg) body_ += figure;
  body_ += "</div>\n";
}

void HtmlPage::append(const HtmlPage& other) { body_ += other.body_; }

std::string HtmlPage::text() const {
  return "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
         "<meta name='viewport' content='width=device-width, initial-scale=1'>\n<title>" +
         escaped(title_) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<h1>" + escaped(title_) +
         "</h1>\n" + body_ + "</body>\n</html>\n";
}

}  // namespace seisgrad
