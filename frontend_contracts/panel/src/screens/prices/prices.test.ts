import { describe, expect, it } from "vitest";
import { bareId, byStep, emptyRule, globalId, inputOf, missing, STEPS, summed, whenInput } from "./model";

const words = [{ language: "en", text: "Service" }];

describe("a rule", () => {
  it("is sent by the parameters of its step", () => {
    const rule = { ...emptyRule("OPTION", null), label: words, params: { field: "kind", amounts: { wall: 300 } } };
    expect(inputOf(rule).params).toEqual({ option: { field: "kind", amounts: [{ key: "wall", amount: 300 }] } });
    const none = { ...emptyRule("GOODS", null), label: words };
    expect(inputOf(none).params).toBeNull();
  });

  it("names zones, days and answers as the API does", () => {
    const when = {
      days: ["holiday"],
      zonesTo: ["3f"],
      answers: [{ field: "lift", is: [true] }, { field: "kind", is: ["wall"] }, { field: "rooms", atLeast: 3 }],
      distanceMeters: {},
    };
    expect(whenInput(when)).toEqual({
      days: ["HOLIDAY"],
      zonesTo: [globalId("Zone", "3f")],
      answers: [
        { field: "lift", is: [{ flag: true }] },
        { field: "kind", is: [{ text: "wall" }] },
        { field: "rooms", atLeast: 3, atMost: null },
      ],
    });
    expect(bareId(globalId("Zone", "3f"))).toBe("3f");
    expect(whenInput({})).toBeNull();
  });

  it.each(STEPS)("of %s says what it lacks", (step) => {
    const rule = emptyRule(step, null);
    expect(missing(rule, "en")).toContain("label");
    expect(missing({ ...rule, label: words }, "en").includes("params")).toBe(step !== "GOODS" && step !== "TIP");
  });
});

describe("rules together", () => {
  it("come in the order of the price, a service's own first, then by priority", () => {
    const rule = (step: string, priority: number, service: string | null) => ({ step, priority, service: service ? { id: service } : null });
    const groups = byStep([rule("TAX", 0, null), rule("BASE", 0, null), rule("BASE", 5, null), rule("BASE", 0, "s")]);
    expect(groups.map(({ step }) => step)).toEqual(["BASE", "TAX"]);
    expect(groups[0]?.rules.map(({ priority, service }) => [priority, service?.id])).toEqual([[0, "s"], [5, undefined], [0, undefined]]);
  });
});

describe("a trial", () => {
  it("sums what can be priced", () => {
    const sum = summed([
      { before: { amount: 100 }, after: { amount: 150 } },
      { before: { amount: 100 }, after: { amount: 100 } },
      { before: { amount: 100 }, after: null },
    ]);
    expect(sum).toEqual({ before: 200, after: 250, dearer: 1, cheaper: 0, same: 1, unpriced: 1, change: 0.25 });
    expect(summed([]).change).toBe(0);
  });
});
