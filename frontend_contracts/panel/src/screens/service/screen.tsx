import { FormOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "catalogue/service",
  title: { en: "Service", "zh-Hans": "服务" },
  icon: <FormOutlined />,
  group: "offer",
  order: 11,
  rights: ["CATALOG_MANAGE"],
  hidden: true,
  load: () => import("./view"),
};
