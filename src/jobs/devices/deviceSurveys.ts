import type { DeviceSurvey } from '../../protocol/devices.ts';
import { surveyDevices, type SurveyRequest } from './surveyDevices.ts';

/** The surveys of one process, one at a time: two that measure at once would measure each other. */
export class DeviceSurveys {
  private last: Promise<unknown> = Promise.resolve();

  run(request: SurveyRequest): Promise<DeviceSurvey> {
    const survey = this.last.then(() => surveyDevices(request));
    this.last = survey.catch(() => undefined);
    return survey;
  }
}
