/** The service editor: `?id=` one that there is, without it a new one. */

import { OperatorServiceDocument, OperatorServiceNewDocument } from "@daiqu/client";
import { Empty, Failed, Loading, useAddress, useTexts } from "@daiqu/kit";
import { Link } from "react-router";
import { useQuery } from "urql";
import { Editor } from "./editor";
import { texts } from "./texts";
import "./service.css";

export default function ServiceView() {
  const [values] = useAddress();
  const id = values["id"];
  return id ? <Known key={id} id={id} /> : <Fresh />;
}

function Known({ id }: { id: string }) {
  const t = useTexts(texts);
  const [{ data, error }, again] = useQuery({
    query: OperatorServiceDocument,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const retry = () => again({ requestPolicy: "network-only" });
  if (!data) return <div className="k-page">{error ? <Failed error={error} retry={retry} /> : <Loading rows={12} />}</div>;
  if (!data.service?.draft) {
    return <Empty title={t("gone")} hint={t("goneHint")} action={<Link to="/catalogue">{t("back")}</Link>} />;
  }
  return <Editor service={data.service} categories={data.categories} lines={data.lines} onChanged={retry} />;
}

function Fresh() {
  const [{ data, error }, again] = useQuery({ query: OperatorServiceNewDocument });
  if (data) return <Editor service={null} categories={data.categories} lines={data.lines} onChanged={() => undefined} />;
  return <div className="k-page">{error ? <Failed error={error} retry={() => again()} /> : <Loading rows={12} />}</div>;
}
