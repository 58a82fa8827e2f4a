import type { Prediction } from './computeApi.ts';
import type { AdversarialChoices, AdversarialExplanation, MapBatch, MapRequest } from './explanations.ts';
import type { ImagePixels, ImageRef } from './imageData.ts';
import type { ImageDescription } from './libraryApi.ts';

/** What the inspector's page asks of the editor, always about the image that it shows. */
export interface InspectorApi {
  /** Null where no image is active in the editor. */
  readonly 'inspector/load': { readonly params: null; readonly result: InspectedImage | null };
  readonly 'inspector/pixels': {
    readonly params: { readonly image: ImageRef };
    readonly result: ImagePixels;
  };
  readonly 'inspector/describe': {
    readonly params: { readonly image: ImageRef };
    readonly result: ImageDescription;
  };
  readonly 'inspector/predict': {
    readonly params: { readonly image: ImageRef; readonly run: string };
    readonly result: Prediction;
  };
  readonly 'inspector/maps': {
    readonly params: {
      readonly image: ImageRef;
      readonly run: string;
      /** The run whose maps stand beside these: both then go through one autoencoder. */
      readonly comparedWith?: string | undefined;
      readonly request: MapRequest;
    };
    readonly result: MapBatch;
  };
  readonly 'inspector/adversarial': {
    readonly params: {
      readonly image: ImageRef;
      readonly run: string;
      readonly comparedWith?: string | undefined;
      readonly choices: AdversarialChoices;
    };
    readonly result: AdversarialExplanation;
  };
  /** The maps that the page is going to ask of the next images, which are answered early then; none for no maps. */
  readonly 'inspector/expect': {
    readonly params: { readonly maps: readonly ExpectedMaps[] };
    readonly result: null;
  };
  /** Remembers the run whose classifier is asked, for this workspace. */
  readonly 'inspector/chooseRun': { readonly params: { readonly run: string }; readonly result: null };
  /** Remembers the run whose maps are shown beside the first one's, for this workspace; null for none. */
  readonly 'inspector/compareWith': {
    readonly params: { readonly run: string | null };
    readonly result: null;
  };
}

/** A request for maps of an image that is not known yet. */
export type ExpectedMaps = Omit<InspectorApi['inspector/maps']['params'], 'image'>;

export interface InspectedImage {
  readonly image: ImageRef;
  /** File name, or what stands for it. */
  readonly title: string;
  /** Path as a person knows it, relative to the workspace where it lies in one. */
  readonly location: string;
  /** The folder of the run chosen before, if any. */
  readonly run?: string | undefined;
  /** The folder of the run to compare it with, if one was chosen. */
  readonly against?: string | undefined;
  /** False in an untrusted workspace: models are not loaded there. */
  readonly canPredict: boolean;
  /** The requests, by their `earlyKey`, that `inspector/early` is going to answer without being asked. */
  readonly early?: readonly string[] | undefined;
}

/** The answer to a request that was not made; without a value the page asks itself, and is told why there is none. */
export interface EarlyAnswer {
  /** `earlyKey` of the request. */
  readonly key: string;
  readonly value?: ImagePixels | ImageDescription | MapBatch | undefined;
}

export interface InspectorEvents {
  /** Another image is active now; null for none. */
  readonly 'inspector/show': InspectedImage | null;
  readonly 'inspector/early': EarlyAnswer;
  readonly 'inspector/command': InspectorCommand;
}

export const INSPECTOR_COMMANDS = [
  'resetView',
  'zoomIn',
  'zoomOut',
  'actualSize',
  'invert',
  'layer1',
  'layer2',
  'layer3',
] as const;
export type InspectorCommand = (typeof INSPECTOR_COMMANDS)[number];
