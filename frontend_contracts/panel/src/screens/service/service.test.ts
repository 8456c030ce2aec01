import type { OperatorConditionFragment } from "@daiqu/client";
import { describe, expect, it } from "vitest";
import { complete, condInput, condOf, holds, levels, tidy, type Cond, type Test } from "./conditions";
import { placeOf } from "./findings";
import { askedOf, emptyDraft, inputOf, keyFor, merged, questionRenamed, type Draft, type Question } from "./model";

const test = (what: Partial<Test> & { field: string }, not = false): Cond => ({
  kind: "test",
  not,
  test: { options: [], flag: null, atLeast: null, atMost: null, ...what },
});
const group = (join: "all" | "any", parts: Cond[], not = false): Cond => ({ kind: "group", not, join, parts });

const question = (key: string, type: Question["type"], more: Partial<Question> = {}): Question => ({
  id: key,
  key,
  type,
  label: [{ language: "en", text: key }],
  hint: [],
  required: false,
  when: null,
  options: [],
  least: null,
  most: null,
  unit: [],
  ...more,
});

describe("conditions", () => {
  it("come back as they were told", () => {
    const told = {
      __typename: "Condition",
      test: null,
      any: null,
      negated: null,
      all: [
        {
          __typename: "Condition",
          test: {
            __typename: "ConditionTest",
            field: "lift",
            options: [],
            flag: false,
            atLeast: null,
            atMost: null,
          },
        },
        {
          __typename: "Condition",
          negated: {
            __typename: "Condition",
            test: {
              __typename: "ConditionTest",
              field: "floor",
              options: [],
              flag: null,
              atLeast: null,
              atMost: 2,
            },
          },
        },
      ],
    } as unknown as OperatorConditionFragment;
    expect(condInput(condOf(told) as Cond)).toEqual({
      all: [{ test: { field: "lift", flag: false } }, { negated: { test: { field: "floor", atLeast: null, atMost: 2 } } }],
    });
  });

  it("hold as the server decides", () => {
    const rooms = test({ field: "rooms", atLeast: 3 });
    expect(holds(rooms, { rooms: 3 })).toBe(true);
    expect(holds(rooms, { rooms: 2 })).toBe(false);
    expect(holds(rooms, {})).toBe(false);
    expect(holds(rooms, { rooms: true })).toBe(false);
    expect(holds({ ...rooms, not: true }, {})).toBe(true);
    expect(holds(test({ field: "kind", options: ["wall"] }), { kind: ["floor", "wall"] })).toBe(true);
    expect(holds(group("any", [rooms, test({ field: "lift", flag: false })]), { lift: false })).toBe(true);
    expect(holds(group("all", [rooms, test({ field: "lift", flag: false })]), { lift: false })).toBe(false);
  });

  it("lose the groups that say nothing", () => {
    const one = test({ field: "a", flag: true });
    expect(tidy(group("all", []))).toBeNull();
    expect(tidy(group("all", [group("any", [one])], true))).toEqual({ ...one, not: true });
    expect(levels(group("all", [group("any", [{ ...one, not: true }])]))).toBe(4);
    expect(complete(group("all", [test({ field: "kind" })]))).toBe(false);
  });
});

describe("the form", () => {
  const form = [
    question("kind", "CHOICE"),
    question("rooms", "NUMBER", { when: test({ field: "kind", options: ["house"] }) }),
    question("attic", "YES_NO", { when: test({ field: "rooms", atLeast: 4 }) }),
  ];

  it("asks what the answers lead to", () => {
    expect(askedOf(form, {}).map(({ key }) => key)).toEqual(["kind"]);
    expect(askedOf(form, { kind: "house", rooms: 5 }).map(({ key }) => key)).toEqual(["kind", "rooms", "attic"]);
  });

  it("forgets answers to what is not asked any more", () => {
    expect(askedOf(form, { kind: "flat", rooms: 5 }).map(({ key }) => key)).toEqual(["kind"]);
  });

  it("keeps conditions when a question is called otherwise", () => {
    const draft = { ...emptyDraft("ON_SITE", "c"), form, price: { least: null, most: null, risesWith: ["rooms"] } };
    const renamed = questionRenamed(draft, "rooms", "chambers");
    expect(askedOf(renamed.form, { kind: "house", chambers: 4 }).map(({ key }) => key)).toEqual(["kind", "chambers", "attic"]);
    expect(renamed.price.risesWith).toEqual(["chambers"]);
  });

  it("sends of a question only what its type knows", () => {
    const note = question("note", "LINE", { least: 1, most: 5, options: [{ id: "x", key: "x", label: [] }] });
    const draft = { ...emptyDraft("ON_SITE", "c"), form: [note] };
    expect(inputOf(draft, null, null).declaration?.form?.[0]).toMatchObject({ least: null, most: null, options: [], unit: [] });
  });

  it("makes keys of words, and of none", () => {
    expect(keyFor("How many rooms?", "question", [])).toBe("how_many_rooms");
    expect(keyFor("房间", "question", ["question_1"])).toBe("question_2");
    expect(keyFor("note", "question", ["note"])).toBe("note_2");
  });
});

describe("findings", () => {
  const draft: Draft = {
    ...emptyDraft("PICK_UP", "c"),
    form: [question("a", "LINE"), question("b", "LINE")],
    steps: [{ id: "s", key: "s", stop: 0, name: [], hint: [], required: true, photo: "OFF", after: [], when: null }],
  };
  it.each([
    ["form.1.options.0.label", { section: "form", item: "b", part: "options" }],
    ["form.0.when", { section: "form", item: "a", part: "when" }],
    ["declaration.steps.0.after.2", { section: "steps", item: "s", part: "after" }],
    ["stops.1.kind", { section: "stops", item: draft.stops[1]?.id, part: "kind" }],
    ["asked.parcel_code", { section: "asked", part: "parcelCode" }],
    ["name.zh-Hans", { section: "basics", part: "name" }],
    ["requirements.reason", { section: "requirements", part: "reason" }],
    ["price.risesWith", { section: "price", part: "risesWith" }],
    ["somewhere.else", { section: "basics" }],
  ])("lead from %s to its place", (path, place) => {
    expect(placeOf(path, draft)).toEqual(place);
  });
});

describe("two people", () => {
  const base = emptyDraft("PICK_UP", "c");
  it("keep what each changed alone, and see what both did", () => {
    const mine = { ...base, durationMinutes: 30, name: [{ language: "en", text: "Mine" }] };
    const theirs = { ...base, position: 4, name: [{ language: "en", text: "Theirs" }] };
    const merge = merged(base, mine, theirs);
    expect(merge.draft).toMatchObject({ durationMinutes: 30, position: 4, name: [{ language: "en", text: "Mine" }] });
    expect(merge.both).toEqual(["name"]);
    expect(merge.theirs).toEqual(["position", "name"]);
  });
  it("do not disagree about the ids of rows", () => {
    const theirs = { ...base, stops: base.stops.map((stop) => ({ ...stop, id: `other${stop.id}` })) };
    expect(merged(base, base, theirs).theirs).toEqual([]);
  });
});
