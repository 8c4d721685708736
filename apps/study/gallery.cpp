#include "apps/study/gallery.h"

#include <algorithm>
#include <cmath>

#include "apps/evaluate/score_tables.h"
#include "apps/report/svg.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr const char *p_colour = "#c0392b", *s_colour = "#2255bb", *local_colour = "#7b3294", *theory_colour = "#111",
                     *analyst_colour = "#1b9e77", *wave_colour = "#334";
constexpr double before = 25, shown = 90;  // s: of a figure, ahead of the pick and in all

const char* colour_of(const std::string& phase) {
  if (phase == "P") return p_colour;
  return phase == "S" ? s_colour : local_colour;
}

double residual_of(const Study& study, const Finding& f) {
  const Expected* e = study.expected_of(f);
  return e ? seconds_between(e->time(), study.pick_of(f).time) : 0;
}

// Marks of what lies in the stretch; at most one label each `label_room` seconds, so that they can be read.
class Marks {
 public:
  explicit Marks(const Stretch& stretch) : stretch_(stretch) {}

  void add(Time time, const std::string& colour, const std::string& label, bool dashed) {
    const double x = seconds_between(stretch_.begin, time);
    if (x < 0 || x >= stretch_.seconds()) return;
    // of two that stand close the first has its label on the left
    const bool close = !markers_.empty() && x - markers_.back().x < label_room;
    if (close && !markers_.back().label_left && room_on_the_left()) markers_.back().label_left = true;
    markers_.push_back({.x = x, .colour = colour, .label = label, .dashed = dashed});
  }
  std::vector<Marker> markers(bool labels) const {
    std::vector<Marker> marks = markers_;
    for (Marker& m : marks)
      if (!labels) m.label.clear();
    return marks;
  }

 private:
  static constexpr double label_room = 5;  // s, of a label of four letters
  bool room_on_the_left() const {
    const std::size_t n = markers_.size();
    return markers_[n - 1].x > label_room && (n < 2 || markers_[n - 1].x - markers_[n - 2].x > 2 * label_room);
  }

  const Stretch& stretch_;
  std::vector<Marker> markers_;
};

}  // namespace

std::vector<std::size_t> chosen_cases(const Study& study, std::int64_t most) {
  std::vector<std::size_t> chosen;
  for (const Kind kind : kinds) {
    if (kind == Kind::found) continue;
    std::vector<std::size_t> of_kind;
    for (std::size_t i = 0; i < study.findings.size(); ++i)
      if (study.findings[i].kind == kind) of_kind.push_back(i);
    const auto worth = [&](std::size_t i) {
      const Finding& f = study.findings[i];
      return kind == Kind::large_residual ? std::abs(residual_of(study, f)) : study.pick_of(f).score;
    };
    std::stable_sort(of_kind.begin(), of_kind.end(), [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
    of_kind.resize(std::min(of_kind.size(), static_cast<std::size_t>(most)));
    chosen.insert(chosen.end(), of_kind.begin(), of_kind.end());
  }
  return chosen;
}

std::string case_title(const Study& study, const Finding& f) {
  const StudyPick& pick = study.pick_of(f);
  std::string title = study.station_of(f).name() + "  " + to_iso(pick.time).substr(0, 19) + "  " + pick.phase +
                      ", score " + decimals(pick.score, 1) + ": " + name_of(f.kind);
  if (const Expected* e = study.expected_of(f))
    title +=
        joined(", ", decimals(std::abs(residual_of(study, f)), 1),
               residual_of(study, f) < 0 ? " s before " : " s after ", e->phase, " of ", study.catalogue[e->event].id);
  if (!f.note.empty()) title += "; " + f.note;
  return title;
}

std::string case_svg(const Study& study, const Finding& f, const RecordSource& source,
                     const std::vector<ListedArrival>& analysts) {
  const StudyPick& pick = study.pick_of(f);
  const StudyStation& station = study.station_of(f);
  const Stretch stretch = source.read(station.network, station.station, plus_seconds(pick.time, -before), shown);
  if (!stretch.recorded) return "";

  Marks theory(stretch), picks(stretch), read(stretch);
  for (const Expected& e : station.expected) theory.add(e.theory, theory_colour, e.phase, true);
  for (const StudyPick& p : study.picks)
    if (p.station == pick.station) picks.add(p.time, colour_of(p.phase), p.phase, false);
  std::vector<const ListedArrival*> of_station;
  for (const ListedArrival& a : analysts)
    if (is_of(a, station)) of_station.push_back(&a);
  std::stable_sort(of_station.begin(), of_station.end(),
                   [](const auto* a, const auto* b) { return a->time < b->time; });
  for (const ListedArrival* a : of_station) read.add(a->time, analyst_colour, a->phase_name + " (analyst)", true);

  Figure figure{.title = case_title(study, f),
                .x_label = "seconds from " + to_iso(stretch.begin).substr(0, 22),
                .x_end = stretch.seconds(),
                .panels = {}};
  // the labels of theory, picks and analysts in a panel each, so that they do not collide
  const Marks* labelled[] = {&theory, &picks, &read};
  for (std::size_t c = 0; c < 3; ++c) {
    const std::vector<float>& x = stretch.channels[c];
    const bool missing = std::all_of(x.begin(), x.end(), [](float v) { return v == 0; });
    Panel panel{.label = std::string(1, "ENZ"[c]),
                .lines = {{x, wave_colour, ""}},
                .markers = {},
                .shades = {},
                .height = missing ? 30 : 80};
    for (const Marks* marks : labelled)
      for (Marker& m : marks->markers(marks == labelled[c])) panel.markers.push_back(std::move(m));
    figure.panels.push_back(std::move(panel));
  }
  Panel probability{.label = "probability",
                    .lines = {},
                    .markers = picks.markers(false),
                    .shades = {},
                    .low = 0,
                    .high = 1,
                    .height = 90};
  const std::string pair = study.classes.tells_local && !study.classes.pairs ? "Pg" : "PgSg";
  const std::string names[] = {"any", "P", "S", pair, "Sg"};
  constexpr const char* colours[] = {"#aaaaaa", p_colour, s_colour, local_colour, "#e69f00"};
  for (std::size_t k = 0; k < probability_letters.size(); ++k)
    if (!stretch.probability[k].empty()) probability.lines.push_back({stretch.probability[k], colours[k], names[k]});
  if (!probability.lines.empty()) figure.panels.push_back(std::move(probability));
  return to_svg(figure);
}

}  // namespace seisgrad
