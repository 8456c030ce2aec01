import { expect, test } from "vitest";
import { lastDay } from "./until";

test("what ends at midnight ended the day before, where the operator is", () => {
  expect(lastDay("2026-11-21T16:00:00Z", "Asia/Shanghai")).toBe("2026-11-21");
  expect(lastDay("2026-11-21T16:00:01Z", "Asia/Shanghai")).toBe("2026-11-22");
});
