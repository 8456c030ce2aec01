import { CalendarOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "calendar",
  title: { en: "Calendar", "zh-Hans": "预约日历" },
  icon: <CalendarOutlined />,
  group: "work",
  order: 30,
  rights: ["ORDERS_READ"],
  load: () => import("./view"),
};
