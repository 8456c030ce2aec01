/** Starter templates: the list of them, and the page that writes the next version. */

import { Navigate, Route, Routes } from 'react-router';
import '../../parts/parts.css';
import { EditPage, MakePage } from './editor';
import { TemplateList } from './list';
import './templates.css';

export default function TemplatesView() {
  return (
    <Routes>
      <Route index element={<TemplateList />} />
      <Route path="new" element={<MakePage />} />
      <Route path=":key/edit" element={<EditPage />} />
      <Route path="*" element={<Navigate to="/templates" replace />} />
    </Routes>
  );
}
