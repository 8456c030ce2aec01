/** What stands beside a service: `?id=` says which, `?tab=` what of it. */

import { OperatorServiceContentDocument } from '@daiqu/client';
import { Empty, Failed, Loading, Page, textIn, useAddress, useBrand, useLanguage, useTexts } from '@daiqu/kit';
import { Tabs } from 'antd';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Cases } from './cases';
import { Faqs } from './faqs';
import { Gallery } from './gallery';
import { texts } from './texts';
import './content.css';

const TABS = ['media', 'cases', 'faqs'] as const;

export default function ContentView() {
  const t = useTexts(texts);
  const [values, change] = useAddress();
  const language = useLanguage();
  const brand = useBrand();
  const id = values['id'] ?? '';
  const [{ data, error }, again] = useQuery({
    query: OperatorServiceContentDocument,
    variables: { id },
    requestPolicy: 'cache-and-network',
    pause: !id,
  });
  const fresh = () => again({ requestPolicy: 'network-only' });
  const service = data?.service;
  if (error && !data) {
    return (
      <div className="k-page">
        <Failed error={error} retry={fresh} />
      </div>
    );
  }
  if (!id || (data && !service)) {
    return <Empty title={t('gone')} hint={t('goneHint')} action={<Link to="/catalogue">{t('toCatalogue')}</Link>} />;
  }
  if (!service) {
    return (
      <div className="k-page">
        <Loading rows={10} />
      </div>
    );
  }
  const tab = TABS.find((each) => each === values['tab']) ?? 'media';
  const name = textIn(service.draft?.names ?? [], language, brand.language) || service.name;
  const bodies = {
    media: <Gallery serviceId={id} media={service.media} onChanged={fresh} />,
    cases: <Cases serviceId={id} cases={service.cases} onChanged={fresh} />,
    faqs: <Faqs serviceId={id} faqs={service.faqs} onChanged={fresh} />,
  };
  return (
    <Page
      title={t('of', { name })}
      hint={
        <span className="k-row">
          <Link to={`/catalogue/service?id=${encodeURIComponent(id)}`} className="k-row">
            <ArrowLeftOutlined aria-hidden="true" /> {t('back')}
          </Link>
          <span>{t('atOnce')}</span>
        </span>
      }
    >
      <Tabs
        className="c-tabs"
        activeKey={tab}
        destroyOnHidden
        onChange={(key) => change({ tab: key === 'media' ? null : key, open: null })}
        items={TABS.map((key) => ({
          key,
          label: `${t(`tabs.${key}`)} ${service[key].length || ''}`.trim(),
          children: bodies[key],
        }))}
      />
    </Page>
  );
}
