import { ContactsOutlined } from "@ant-design/icons";
import type { Screen } from "@daiqu/kit";

export const screen: Screen = {
  path: "customers",
  title: { en: "Customers", "zh-Hans": "顾客" },
  icon: <ContactsOutlined />,
  group: "people",
  order: 20,
  rights: ["ORDERS_READ"],
  load: () => import("./view"),
};
