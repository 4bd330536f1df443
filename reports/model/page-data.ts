/** What the page's script finds in `#report-data`; the columns themselves are in `#report-columns`. */
import type { PlotModel } from './plots.js';
import type { ColumnPlace, TimelineModel } from './timeline.js';

export interface PageData {
  readonly timeline: TimelineModel;
  readonly columns: readonly ColumnPlace[];
  readonly plots: PlotModel;
}
