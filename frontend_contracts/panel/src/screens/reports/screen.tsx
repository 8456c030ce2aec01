import { BarChartOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "reports",
  title: { en: "Reports", "zh-Hans": "报表" },
  icon: <BarChartOutlined />,
  group: "business",
  order: 10,
  rights: ["LEDGER_READ"],
  load: () => import("./view"),
};
