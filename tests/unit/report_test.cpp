// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "testbench/report/csv_table.h"
#include "testbench/report/heat_map.h"
#include "testbench/report/markup.h"
#include "testbench/report/report_data.h"
#include "testbench/report/topology_layout.h"
#include "testbench/report/topology_picture.h"

namespace weft::tb {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(ReportCsv, ReadsQuotesCommasAndLineBreaksInCells) {
  const CsvTable table = parse_csv("a,b\r\n\"x,\"\"y\"\"\nz\",2\n,\n");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.rows, (Rows{{"x,\"y\"\nz", "2"}, {"", ""}}));
}

TEST(ReportCsv, DropsTheRowThatAKilledWriterLeft) {
  EXPECT_EQ(parse_csv("a,b\n1,2\n3,4").rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(parse_csv("a,b\n1,2\n3").rows, (Rows{{"1", "2"}}));
  EXPECT_TRUE(parse_csv("a,b").columns.empty());
  EXPECT_EQ(parse_csv("a,b\n1\n1,2,3\n").dropped, 2u);
}

TEST(ReportCsv, TakesFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("-2.5"), -2.5);
  for (const char* text : {"", "nan", "inf", "1e999", "1 ", "0x10", "3ns"}) {
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  }
}

TEST(ReportMarkup, EscapesTextForElementsAndAttributes) {
  EXPECT_EQ(escaped("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  EXPECT_EQ(escaped("\xC3\xA9\xFFz\x01"), "\xC3\xA9\xEF\xBF\xBDz\xEF\xBF\xBD");
}

TEST(ReportMarkup, WritesNumbersForReading) {
  EXPECT_EQ(decimal(-0.01), "0");
  EXPECT_EQ(decimal(100, 0), "100");
  EXPECT_EQ(grouped(-1234567.891, 2), "-1,234,567.89");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(readable("7088.64"), "7,088.64");
  EXPECT_EQ(readable("0.1.0"), "0.1.0");
  EXPECT_EQ(readable("link1000"), "link1000");
  EXPECT_EQ(time_text(98.56), "98.56 ns");
  EXPECT_EQ(time_text(38'750), "38.75 us");
  EXPECT_EQ(heading("flits_resent"), "flits resent");
  EXPECT_EQ(heading("stall_ns"), "stall, ns");
}

TEST(ReportLatency, PercentileIsTheLeastThatSoManyDoNotExceed) {
  const NodeLatency node{"n", {{100, 500}, {200, 489}, {300, 10}, {400, 1}}};
  EXPECT_EQ(node.percentile(0.5), 100);
  EXPECT_EQ(node.percentile(0.501), 200);
  EXPECT_EQ(node.percentile(0.989), 200);
  EXPECT_EQ(node.percentile(0.99), 300);
  EXPECT_EQ(node.percentile(0.999), 300);
  EXPECT_EQ(node.percentile(1), 400);
  EXPECT_EQ((NodeLatency{"one", {{7, 1}}}.percentile(0.5)), 7);
}

TEST(ReportUtilisation, HasAColourOfItsOwnForNothing) {
  EXPECT_EQ(utilisation_class(0), "u0");
  EXPECT_EQ(utilisation_class(0.01), "u1");
  EXPECT_EQ(utilisation_class(10), "u1");
  EXPECT_EQ(utilisation_class(10.01), "u2");
  EXPECT_EQ(utilisation_class(100), "u10");
  EXPECT_EQ(utilisation_class(130), "u10");
}

ReportLink link(std::size_t a, std::size_t b) { return {"link", "rtl", 800, {a, b}, {}}; }

/// Distinct heights at which nodes stand.
std::set<double> heights(const TopologyLayout& layout) {
  std::set<double> found;
  for (const Place& place : layout.places) found.insert(place.y);
  return found;
}

TEST(ReportLayout, PutsTheOneSwitchInTheMiddle) {
  std::vector<ReportNode> nodes{{"sw", "switch", ""}};
  std::vector<ReportLink> links;
  for (std::size_t i = 1; i <= 8; ++i) {
    nodes.push_back({"npu", "npu", ""});
    links.push_back(link(i, 0));
  }
  const TopologyLayout layout = lay_out(nodes, links);
  EXPECT_DOUBLE_EQ(layout.places[0].x, layout.width / 2);
  EXPECT_DOUBLE_EQ(layout.places[0].y, layout.height / 2);
  EXPECT_LT(layout.places[1].y, layout.places[0].y) << "the first is at the top";
}

TEST(ReportLayout, PutsSwitchesInLayersByTheirHopsFromEndpoints) {
  // Four NPUs, two leaves, one spine.
  std::vector<ReportNode> nodes;
  for (int i = 0; i < 4; ++i) nodes.push_back({"npu", "npu", ""});
  for (int i = 0; i < 3; ++i) nodes.push_back({"sw", "switch", ""});
  // The second leaf has the first two NPUs: layers are put in an order without crossings.
  const TopologyLayout layout =
      lay_out(nodes, {link(0, 5), link(1, 5), link(2, 4), link(3, 4), link(4, 6), link(5, 6)});
  EXPECT_EQ(heights(layout).size(), 3u);
  EXPECT_LT(layout.places[6].y, layout.places[4].y);
  EXPECT_LT(layout.places[4].y, layout.places[0].y);
  EXPECT_LT(layout.places[5].x, layout.places[4].x);
}

TEST(ReportLayout, PutsPairsBesideEachOther) {
  const std::vector<ReportNode> nodes(4, {"gen", "generator", ""});
  const TopologyLayout layout = lay_out(nodes, {link(0, 1), link(2, 3)});
  EXPECT_DOUBLE_EQ(layout.places[0].y, layout.places[1].y);
  EXPECT_LT(layout.places[0].x, layout.places[1].x);
}

TEST(ReportLayout, TakesNodesWithoutLinksAndNoNodesAtAll) {
  EXPECT_TRUE(lay_out({}, {}).places.empty());
  EXPECT_EQ(lay_out({{"a", "npu", ""}}, {}).places.size(), 1u);
  const std::vector<ReportNode> switches(3, {"sw", "switch", ""});
  EXPECT_EQ(lay_out(switches, {link(0, 1), link(1, 2)}).places.size(), 3u);
  EXPECT_EQ(lay_out(switches, {link(0, 0)}).places.size(), 3u) << "a link to itself";
}

TEST(ReportHeatMap, PutsNeighboursTogetherWhenThereAreTooMany) {
  ReportData data;
  for (std::size_t i = 0; i < 2 * kMostHeatColumns; ++i) {
    data.series.ends_ns.push_back(100.0 * static_cast<double>(i + 1));
  }
  for (unsigned side : {0u, 1u}) {
    data.series.rows.push_back({"link0", side, {}});
    for (std::size_t i = 0; i < 2 * kMostHeatColumns; ++i) {
      data.series.rows.back().cells.push_back({i % 2 == 0 ? 20.0 : 60.0, 0, true, true});
    }
  }
  const std::string svg = heat_map_svg(data);
  std::string row;
  for (std::size_t i = 0; i < kMostHeatColumns; ++i) row += "28";  // 40 %
  EXPECT_NE(svg.find("data-percents=\"" + row + " " + row + "\""), std::string::npos);
}

}  // namespace
}  // namespace weft::tb
