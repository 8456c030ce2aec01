import { AppstoreOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "catalogue",
  title: { en: "Services", "zh-Hans": "服务" },
  icon: <AppstoreOutlined />,
  group: "offer",
  order: 10,
  rights: ["CATALOG_MANAGE"],
  load: () => import("./view"),
};
