/** Minor units as people read them, in the operator's currency. */

import { minorDigits, useBrand, useLanguage } from "@daiqu/kit";
import { useMemo } from "react";

export function useMoney(): (minor: number) => string {
  const { currency } = useBrand();
  const language = useLanguage();
  return useMemo(() => {
    const scale = 10 ** minorDigits(currency);
    const format = new Intl.NumberFormat(language === "en" ? "en-GB" : "zh-CN", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return (minor) => format.format(minor / scale);
  }, [currency, language]);
}
