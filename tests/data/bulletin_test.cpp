#include "data/bulletin.h"

#include <doctest/doctest.h>

#include <cmath>

#include "data/stations.h"
#include "data/xml.h"
#include "tensor/require.h"
#include "tests/messages.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

const char* quakeml = R"(<?xml version="1.0"?>
<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2"><eventParameters publicID="x"><!-- two events -->
<event publicID="smi:e1"><preferredOriginID>o2</preferredOriginID><preferredMagnitudeID>m2</preferredMagnitudeID>
 <origin publicID="o1"><latitude><value>1</value></latitude></origin>
 <origin publicID="o2"><time><value>2020-01-01T00:00:00Z</value></time><latitude><value>-21.5</value></latitude>
  <longitude><value>-69</value></longitude><depth><value>8500</value></depth>
  <arrival><pickID>p2</pickID><phase>Sg</phase></arrival></origin>
 <magnitude publicID="m1"><mag><value>1</value></mag></magnitude>
 <magnitude publicID="m2"><mag><value>2.5</value></mag></magnitude>
 <pick publicID="p2"><time><value>2020-01-01T00:00:20.5Z</value></time>
  <waveformID networkCode="CX" stationCode="PB01" channelCode="HHN"/><phaseHint>S</phaseHint></pick>
 <pick publicID="p1"><time><value>2020-01-01T00:00:10Z</value></time>
  <waveformID networkCode="CX" stationCode="A&amp;B&#x41;"/><phaseHint>p</phaseHint></pick>
 <pick publicID="p3"><time><value>2020-01-01T00:00:11Z</value></time><waveformID stationCode="C"/>
  <phaseHint>AML</phaseHint></pick>
 <pick publicID="p4"><time><value>soon</value></time><waveformID stationCode="C"/><phaseHint>P</phaseHint></pick>
</event></eventParameters></q:quakeml>)";

}  // namespace

TEST_CASE("bulletin: QuakeML: the preferred origin and magnitude, phases of its arrivals") {
  const TemporaryFolder folder;
  const Bulletin b = read_bulletin(folder.write("b.xml", std::string(quakeml)));
  REQUIRE(b.events.size() == 1);
  CHECK(b.events[0].id == "smi:e1");
  CHECK(b.events[0].latitude == -21.5);
  CHECK(b.events[0].depth == 8.5);
  CHECK(b.events[0].magnitude == 2.5);
  CHECK(to_iso(b.events[0].origin) == "2020-01-01T00:00:00.000000Z");
  REQUIRE(b.picks.size() == 2);  // sorted by time
  CHECK(b.picks[0].stream.station == "A&BA");
  CHECK(b.picks[0].phase == "P");
  CHECK(b.picks[1].phase == "Sg");
  CHECK(to_string(b.picks[1].stream) == "CX.PB01..HHN");
  CHECK(b.picks[1].event == 0);
  CHECK(b.other_phases == 1);
  REQUIRE(b.unusable.size() == 1);
  CHECK(mentions(b.unusable[0], "pick p4"));
}

TEST_CASE("bulletin: tables of picks, and of both phases in a row") {
  const TemporaryFolder folder;
  const Bulletin a = read_bulletin(folder.write(
      "a.csv",
      std::string("network,station,location,phase,time,event,latitude,magnitude\n"
                  "PB,B917,00,Sn,2019-07-07T08:00:05Z,e1,35.5,3\nPB,B916,,P,2019-07-07T08:00:00.25Z,e1,35.5,3\n"
                  "PB,B916,,P,yesterday,e1,35.5,3\nPB,,,P,2019-07-07T08:00:00Z,e1,35.5,3\n"
                  "PB,B916,,LR,2019-07-07T08:00:00Z,e1,35.5,3\nPB,B916,x\n")));
  REQUIRE(a.picks.size() == 2);
  CHECK(a.picks[0].stream.station == "B916");
  CHECK(a.picks[1].phase == "Sn");
  CHECK(a.picks[1].stream.location == "00");
  REQUIRE(a.events.size() == 1);
  CHECK(a.events[0].latitude == 35.5);
  CHECK(std::isnan(a.events[0].longitude));
  CHECK(a.other_phases == 1);
  REQUIRE(a.unusable.size() == 3);
  CHECK(mentions(a.unusable[0], "a.csv:4: "));
  CHECK(mentions(a.unusable[2], "a.csv:7: 3 cells for 8 columns"));
  const Bulletin both = read_bulletin(folder.write(
      "b.csv",
      std::string("station,p_time,s_time\nPB.B916.00.EHZ,2019-07-07 08:00:00,2019-07-07 08:00:03\nX,None,\n")));
  REQUIRE(both.picks.size() == 2);
  CHECK(to_string(both.picks[1].stream) == "PB.B916.00.EHZ");
  CHECK(both.picks[1].phase == "S");
  CHECK(both.picks[1].event == -1);
  CHECK(both.unusable.size() == 1);
}

TEST_CASE("bulletin: columns by the names that evaluate knows too; one without a name is none of them") {
  const TemporaryFolder folder;
  const Bulletin phasenet =
      read_bulletin(folder.write("p.csv", std::string("station_id,phase_time,phase_score,phase_type\nPB.B916..EH,"
                                                      "2019-07-07T08:00:01.25,0.75,S\n")));
  CHECK(to_string(phasenet.picks.at(0).stream) == "PB.B916..EH");
  CHECK(phasenet.picks[0].phase == "S");
  const Bulletin eqtransformer = read_bulletin(
      folder.write("e.csv", std::string("station,p_arrival_time,s_arrival_time\nB916,,2019-07-07 08:00:03\n")));
  CHECK(eqtransformer.picks.at(0).phase == "S");
  // an index, as pandas writes it, is neither a network nor an event
  const Bulletin indexed =
      read_bulletin(folder.write("i.csv", std::string(",station,phase,time\n7,B916,P,2019-07-07T08:00:00\n")));
  CHECK(indexed.picks.at(0).stream.network.empty());
  CHECK(indexed.picks[0].event == -1);
}

TEST_CASE("bulletin: a row whose event does not read makes no event, and the next row of it does") {
  const TemporaryFolder folder;
  const std::string head = "station,phase,time,event,latitude,longitude\n", time = "2019-07-07T08:00:00Z,";
  const Bulletin b = read_bulletin(folder.write(
      "b.csv", head + "A,P," + time + "EV1,abc,1\nA,P," + time + "EV2,10,20\nA,S," + time + "EV1,38,15\n"));
  REQUIRE(b.events.size() == 2);
  REQUIRE(b.picks.size() == 2);
  CHECK(b.unusable.size() == 1);
  CHECK(b.events.at(static_cast<std::size_t>(b.picks[0].event)).id == "EV2");
  CHECK(b.events.at(static_cast<std::size_t>(b.picks[1].event)).latitude == 38);
}

TEST_CASE("bulletin: names of phases in either case") {
  const TemporaryFolder folder;
  std::string table = "station,phase,time\n";
  for (const char* phase : {"p", "pg", "PN", "sG", "Sb", "pP", "PKP", "Lg"})
    table += joined("A,", phase, ",2019-07-07T08:00:00Z\n");
  const Bulletin b = read_bulletin(folder.write("b.csv", table));
  std::string phases;
  for (const BulletinPick& pick : b.picks) phases += pick.phase + " ";
  CHECK(phases == "P Pg Pn Sg Sb pP PKP ");
  CHECK(b.other_phases == 1);
}

TEST_CASE("bulletin: what is none") {
  const TemporaryFolder folder;
  const auto reason = [&](const std::string& text) {
    return message_of([&] { read_bulletin(folder.write("x", text)); });
  };
  CHECK(mentions(reason("a,b\n1,2\n"), "expected columns"));
  CHECK(mentions(reason("station,phase,time\n"), "no pick"));
  CHECK(mentions(reason("<html></html>"), "no QuakeML"));
  CHECK(mentions(reason("<quakeml><eventParameters/></quakeml>"), "no pick"));
  CHECK(mentions(message_of([&] { read_bulletin(folder.file("none")); }), "cannot open"));
  CHECK(message_of([&] { read_bulletin(folder.file("")); }) == folder.file("") + ": a folder, not a file");
  CHECK(mentions(message_of([&] { read_stations(folder.write("y", std::string(quakeml))); }), "no FDSN StationXML"));
  const std::string whole = quakeml;
  for (std::size_t size = 0; size < whole.size(); ++size)
    if (reason(whole.substr(0, size)).empty()) FAIL("cut at ", size);
}

TEST_CASE("xml: what is refused, and where") {
  const auto reason = [&](const std::string& text) { return message_of([&] { parse_xml(text, "f"); }); };
  CHECK(reason("<a><b>1</b></a>").empty());
  CHECK(mentions(reason("<a><b></a></b>"), "f: at byte 9: </a> closes no element"));
  CHECK(mentions(reason("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), "document type"));
  CHECK(mentions(reason("<a>&lol;</a>"), "unknown entity"));
  CHECK(mentions(reason("<a>&#x110000;</a>"), "unknown entity"));
  CHECK(mentions(reason("<a b=c/>"), "without quotes"));
  CHECK(mentions(reason("<a b/>"), "without a value"));
  CHECK(mentions(reason("<a/><b/>"), "more than one"));
  CHECK(mentions(reason("hello"), "no XML"));
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "<a>";
  CHECK(mentions(reason(deep), "too deep"));
  const XmlNode node = parse_xml("<x:a y:b='1 &lt; 2'> t <![CDATA[<&]]></x:a>", "f");
  CHECK(node.name == "a");
  CHECK(node.attribute("b") == "1 < 2");
  CHECK(node.text == "t <&");
}

TEST_CASE("bulletin: real StationXML and a catalogue without picks") {
  if (const auto path = shared_path("data/teleseismic/example_inventory.xml")) {
    const auto stations = read_stations(*path);
    REQUIRE(stations.count("CX.PB01") == 1);
    CHECK(stations.at("CX.PB01").latitude == -21.04323);
    CHECK(stations.at("CX.PB01").elevation == 900);
  }
  if (const auto path = shared_path("data/teleseismic/example_events.xml"))
    CHECK(mentions(message_of([&] { read_bulletin(*path); }), "no pick of a P or S phase"));
}
