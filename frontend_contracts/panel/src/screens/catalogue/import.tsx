/** Services out of a spreadsheet: tried first, with what it would change, and taken over then. */

import { OperatorCatalogImportDocument, OperatorCatalogImportsDocument, type OperatorCatalogImportMutation } from "@daiqu/client";
import { SideDrawer, StateTag, useAct, useTell, useTexts } from "@daiqu/kit";
import { Alert, Button, Progress, Table, Upload } from "antd";
import { UploadOutlined } from "@ant-design/icons";
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { texts } from "./texts";

type Import = Extract<OperatorCatalogImportMutation["catalogImport"], { __typename: "CatalogImportSuccess" }>["catalogImport"];
const BYTES = 10_000_000;
const ASK_AGAIN_MS = 700;

export function CatalogueImport({ onClose, onTaken }: { onClose: () => void; onTaken: () => void }) {
  const t = useTexts(texts);
  const tell = useTell();
  const client = useClient();
  const [run, running] = useAct(OperatorCatalogImportDocument);
  const [file, setFile] = useState<File>();
  const [work, setWork] = useState<Import>();
  const [fault, setFault] = useState<string>();
  const ended = work?.state === "DONE" || work?.state === "REFUSED";

  useEffect(() => {
    if (!work || ended) return undefined;
    const timer = setTimeout(async () => {
      const { data } = await client.query(OperatorCatalogImportsDocument, { first: 5 }, { requestPolicy: "network-only" });
      const now = data?.catalogImports.edges.map(({ node }) => node).find(({ id }) => id === work.id);
      // The same again, so that it is asked again.
      setWork(now ?? { ...work });
    }, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [work, ended, client]);

  useEffect(() => {
    if (work?.state !== "DONE" || work.dryRun) return;
    tell.done(t("taken", { made: work.made, changed: work.changed }));
    onTaken();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it has ended
  }, [work?.state, work?.dryRun]);

  async function send(upload: File, dryRun: boolean) {
    setFault(undefined);
    if (upload.size > BYTES) return setFault(t("tooBig", { size: (upload.size / 1_000_000).toFixed(1) }));
    const outcome = await run({ input: { upload, dryRun } }, { quiet: true });
    if (!outcome) return;
    if ("done" in outcome) {
      setFile(upload);
      return setWork(outcome.done.catalogImport);
    }
    setWork(undefined);
    if ("failed" in outcome) return setFault(outcome.failed);
    const { row, column, reason, message } = outcome.refused as { row?: number; column?: string; reason?: string; message: string };
    setFault(row ? t("wrongRow", { row, column: column ?? "", reason: reason ?? "" }) : message);
  }

  const changes = work ? work.made + work.changed : 0;
  return (
    <SideDrawer
      open
      onClose={onClose}
      title={t("importTitle")}
      foot={
        work?.state === "DONE" && work.dryRun && changes > 0 && file ? (
          <Button type="primary" loading={running} onClick={() => void send(file, false)}>
            {t("takeOver")}
          </Button>
        ) : null
      }
    >
      <p className="k-quiet k-gap-below">{t("importHint")}</p>
      <div className="k-row k-gap-below">
        <Upload
          accept=".csv,.xlsx"
          showUploadList={false}
          disabled={Boolean(work) && !ended}
          beforeUpload={(upload) => {
            void send(upload, true);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />} loading={running}>
            {t(file ? "chooseOther" : "choose")}
          </Button>
        </Upload>
        {file && <span className="k-quiet">{file.name}</span>}
      </div>
      {fault && <Alert type="error" showIcon role="alert" title={fault} />}
      {work && !ended && (
        <div role="status">
          <Progress percent={work.total ? Math.round((work.checked / work.total) * 100) : 0} showInfo={false} />
          <p className="k-quiet">{t("checking", { checked: work.checked, total: work.total })}</p>
        </div>
      )}
      {work?.state === "REFUSED" && (
        <>
          <Alert type="error" showIcon role="alert" className="k-gap-below" title={t("problems")} />
          <Table
            size="small"
            rowKey={({ row, column }) => `${row}${column}`}
            pagination={false}
            dataSource={[...work.problems]}
            columns={[
              { key: "row", title: t("row"), dataIndex: "row", width: 70 },
              { key: "column", title: t("column"), dataIndex: "column", width: 160 },
              { key: "reason", title: t("reason"), dataIndex: "reason" },
            ]}
          />
        </>
      )}
      {work?.state === "DONE" && work.dryRun && (
        <>
          <dl className="k-facts k-gap-below">
            {(["made", "changed", "same"] as const).map((name) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd className="g-big">{work[name]}</dd>
              </div>
            ))}
          </dl>
          {changes === 0 && <Alert type="info" title={t("nothing")} />}
          {work.changes.length > 0 && (
            <Table
              size="small"
              rowKey="row"
              pagination={work.changes.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
              dataSource={[...work.changes]}
              columns={[
                { key: "row", title: t("row"), dataIndex: "row", width: 70 },
                { key: "name", title: t("name"), dataIndex: "name" },
                {
                  key: "what",
                  title: "",
                  width: 110,
                  render: (_, { what }) => <StateTag mood={what === "made" ? "good" : "run"}>{t(what === "made" ? "what.made" : "what.changed")}</StateTag>,
                },
              ]}
            />
          )}
          {changes > work.changes.length && <p className="k-quiet k-gap-above">{t("someShown", { count: work.changes.length })}</p>}
        </>
      )}
    </SideDrawer>
  );
}
