import { TagsOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "promotions",
  title: { en: "Promotions", "zh-Hans": "优惠活动" },
  icon: <TagsOutlined />,
  group: "offer",
  order: 40,
  rights: ["PRICES_MANAGE"],
  load: () => import("./view"),
};
