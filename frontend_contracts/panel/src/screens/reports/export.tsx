/** The parts of a report as files. */

import { OperatorReportTableDocument, type ReportPart, type TableFormat } from "@daiqu/client";
import { faultOf, kitTexts, useTell, useTexts } from "@daiqu/kit";
import { Button, Dropdown } from "antd";
import { DownloadOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useClient } from "urql";
import type { Chosen } from "./periods";
import { texts } from "./texts";

const PARTS: readonly ReportPart[] = ["TIME", "SERVICES", "ZONES", "COURIERS", "DEMAND"];
const KINDS: Record<TableFormat, { title: string; ending: string; type: string }> = {
  XLSX: { title: "Excel (XLSX)", ending: "xlsx", type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
  CSV: { title: "CSV", ending: "csv", type: "text/csv" },
};
const FORMATS: readonly TableFormat[] = ["XLSX", "CSV"];

export function ExportButton({ chosen }: { chosen: Chosen }) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const tell = useTell();
  const client = useClient();
  const [running, setRunning] = useState(false);
  const { firstOn, lastOn, by } = chosen;

  async function download(part: ReportPart, format: TableFormat) {
    setRunning(true);
    const { data, error } = await client
      .query(OperatorReportTableDocument, { firstOn, lastOn, by, part, format }, { requestPolicy: "network-only" })
      .toPromise();
    setRunning(false);
    if (!data) return tell.bad(error ? faultOf(error, words) : t("failed"));
    const { ending, type } = KINDS[format];
    const content = format === "CSV" ? data.reportTable : Uint8Array.from(atob(data.reportTable), (each) => each.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = `report-${part.toLowerCase()}-${firstOn}-${lastOn}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: FORMATS.map((format) => ({
          key: format,
          type: "group" as const,
          label: KINDS[format].title,
          children: PARTS.map((part) => ({ key: `${part} ${format}`, label: t(`parts.${part}`) })),
        })),
        onClick: ({ key }) => void download(...(key.split(" ") as [ReportPart, TableFormat])),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={running}>
        {t("export")}
      </Button>
    </Dropdown>
  );
}
