/** A rule in words: what it costs, and when. */

import { useFormat, useLanguage, useTexts, type Format, type Say } from "@daiqu/kit";
import { useMemo } from "react";
import { bareId, type Params, type Service, type Span, type Step, type When, type Zone } from "./model";
import { texts } from "./texts";

export type SayPrices = Say<NonNullable<(typeof texts)["phantom"]>>;

/** 1 January 2024 was a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export interface Words {
  money: (minor: number) => string;
  bps: (bps: number) => string;
  params: (step: Step, params: Params) => string;
  when: (step: Step, when: When) => string[];
  weekday: (day: number) => string;
  t: SayPrices;
  format: Format;
}

export function useWords(zones: readonly Zone[], services: readonly Service[]): Words {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  return useMemo(() => {
    const locale = language === "zh-Hans" ? "zh-CN" : "en-GB";
    const days = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
    const list = new Intl.ListFormat(locale, { type: "conjunction", style: "narrow" });
    const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
    const { money } = format;
    const bps = (rate: number) => percents.format(rate / 10_000);
    const weekday = (day: number) => days.format(MONDAY + (day - 1) * DAY_MS);
    const fields = new Map(services.flatMap((service) => (service.draft?.declared.form ?? []).map((field) => [field.key, field] as const)));
    const fieldName = (key: string) => fields.get(key)?.label.text ?? key;
    const optionName = (key: string, option: string) =>
      option === "yes" ? t("yes") : option === "no" ? t("no") : (fields.get(key)?.options.find((each) => each.key === option)?.label.text ?? option);
    const zoneNames = (ids: readonly string[]) =>
      list.format(ids.map((id) => zones.find((zone) => bareId(zone.id) === id)?.name ?? "?"));
    const span = ({ atLeast, atMost }: Span, unit: (value: number) => string) =>
      atLeast != null && atMost != null
        ? t("say.between", { least: unit(atLeast), most: unit(atMost) })
        : atLeast != null
          ? t("say.from", { value: unit(atLeast) })
          : t("say.upTo", { value: unit(atMost ?? 0) });
    const kilos = (grams: number) => `${format.number(grams / 1000)} kg`;
    const kilometres = (meters: number) => `${format.number(meters / 1000)} km`;

    function params(step: Step, p: Params): string {
      const bits: (string | false | null | undefined)[] = [];
      switch (step) {
        case "BASE":
          bits.push(money(p.amount ?? 0), p.courierLeast != null && t("say.band", { least: money(p.courierLeast), most: money(p.courierMost ?? 0) }));
          break;
        case "DISTANCE":
          if (p.bands?.length) bits.push(t("say.bands", { count: p.bands.length, amount: money(p.perKm ?? 0) }));
          else bits.push(t("say.perKm", { amount: money(p.perKm ?? 0) }), Boolean(p.freeMeters) && t("say.freeKm", { distance: kilometres(p.freeMeters ?? 0) }));
          break;
        case "WEIGHT":
          if (p.bands?.length) bits.push(t("say.bands", { count: p.bands.length, amount: money(p.perKg ?? 0) }));
          else bits.push(t("say.perKg", { amount: money(p.perKg ?? 0) }), Boolean(p.freeGrams) && t("say.freeKg", { weight: kilos(p.freeGrams ?? 0) }));
          break;
        case "DURATION":
          bits.push(t("say.perHour", { amount: money(p.perHour ?? 0) }), Boolean(p.minimumMinutes) && t("say.minimumMinutes", { count: p.minimumMinutes ?? 0 }));
          break;
        case "SIZE":
        case "OPTION": {
          const key = step === "SIZE" ? "size" : (p.field ?? "");
          if (p.amounts) {
            const each = Object.entries(p.amounts).map(([option, amount]) => `${optionName(key, option)} ${money(amount)}`);
            bits.push(t("say.options", { field: fieldName(key), list: list.format(each) }));
          } else {
            bits.push(t("say.perUnit", { field: fieldName(key), amount: money(p.perUnit ?? 0) }), Boolean(p.freeUnits) && t("say.freeUnits", { count: p.freeUnits ?? 0 }));
          }
          break;
        }
        case "FLOORS":
          bits.push(t("say.perFloor", { amount: money(p.perFloor ?? 0) }), Boolean(p.freeFloors) && t("say.freeUnits", { count: p.freeFloors ?? 0 }));
          break;
        case "MEMBER":
        case "WAVE":
          bits.push(p.amount != null ? t("say.amountOff", { amount: money(p.amount) }) : t("say.percentOff", { percent: bps(p.percentBps ?? 0) }));
          break;
        case "DEMAND":
          bits.push(t("say.fullest", { percent: bps(p.percentBps ?? 0) }));
          break;
        case "INSURED":
          bits.push(t("say.rate", { percent: bps(p.rateBps ?? 0) }), Boolean(p.minimum) && t("say.atLeast", { amount: money(p.minimum ?? 0) }));
          break;
        case "TAX":
          bits.push(t(p.included ? "say.taxIn" : "say.taxOn", { percent: bps(p.rateBps ?? 0) }));
          break;
        case "COMMISSION":
          bits.push(t("say.commission", { percent: bps(p.percentBps ?? 0) }));
          break;
        case "GOODS":
        case "TIP":
          bits.push(t("say.asIs"));
          break;
        default:
          bits.push(p.amount != null ? money(p.amount) : t("say.percentWork", { percent: bps(p.percentBps ?? 0) }));
      }
      return bits.filter(Boolean).join(" · ");
    }

    function when(step: Step, w: When): string[] {
      const bits: string[] = [];
      if (w.weekdays) bits.push(list.format([...w.weekdays].sort().map(weekday)));
      if (w.hours) bits.push(t("say.hours", { from: w.hours.from.slice(0, 5), to: w.hours.to.slice(0, 5) }));
      if (w.dates) {
        const [from, to] = [w.dates.from && format.day(w.dates.from), w.dates.to && format.day(w.dates.to)];
        bits.push(from && to ? `${from} – ${to}` : from ? t("say.from", { value: from }) : t("say.upTo", { value: to || "" }));
      }
      // A holiday surcharge is for holidays: nobody needs to be told.
      if (w.days && !(step === "HOLIDAY" && w.days.join() === "holiday")) {
        bits.push(list.format(w.days.map((day) => t(`day.${day as "ordinary" | "holiday" | "working"}`))));
      }
      if (w.zonesFrom) bits.push(t("say.zonesFrom", { list: zoneNames(w.zonesFrom) }));
      if (w.zonesTo) bits.push(t("say.zonesTo", { list: zoneNames(w.zonesTo) }));
      if (w.distanceMeters) bits.push(span(w.distanceMeters, kilometres));
      if (w.weightGrams) bits.push(span(w.weightGrams, kilos));
      if (w.urgent !== undefined) bits.push(t(w.urgent ? "say.urgentYes" : "say.urgentNo"));
      if (w.memberLevels) bits.push(t("say.members", { list: list.format(w.memberLevels) }));
      if (w.waveSize) bits.push(t("say.wave", { span: span(w.waveSize, (value) => format.number(value)) }));
      for (const test of w.answers ?? []) {
        const says = test.is
          ? list.format(test.is.map((value) => (typeof value === "boolean" ? t(value ? "yes" : "no") : optionName(test.field, String(value)))))
          : span(test, (value) => format.number(value));
        bits.push(`${fieldName(test.field)}: ${says}`);
      }
      return bits;
    }

    return { money, bps, params, when, weekday, t, format };
  }, [t, format, language, zones, services]);
}
