import { MoneyCollectOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "prices",
  title: { en: "Prices", "zh-Hans": "价格" },
  icon: <MoneyCollectOutlined />,
  group: "offer",
  order: 20,
  rights: ["PRICES_MANAGE"],
  load: () => import("./view"),
};
