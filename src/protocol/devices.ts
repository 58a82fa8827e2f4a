/** What programs can run on. `cpu`, `webgpu`, `cuda`, `dml` and `coreml` are ONNX Runtime's providers. */
export const DEVICE_NAMES = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type DeviceName = (typeof DEVICE_NAMES)[number];

/** What can be fetched for a device that does not come with the program. */
export const INSTALLABLE = ['tensorflow', 'cuda'] as const;
export type Installable = (typeof INSTALLABLE)[number];

/** What became of one device on this machine. */
export interface DeviceReport {
  readonly name: DeviceName;
  /** Library, version and hardware in words. */
  readonly description: string;
  readonly isAvailable: boolean;
  /** Largest difference of the self-test's results from the reference, relative to the largest value. */
  readonly error?: number | undefined;
  /** Median time of a small training step in ms. */
  readonly stepMs?: number | undefined;
  /** Why it cannot be used, in one sentence. */
  readonly problem?: string | undefined;
  /** How to get it. */
  readonly remedy?: string | undefined;
  /** What can be installed for it, on the command line by `--install`; absent where that is done or not possible. */
  readonly install?: Installable | undefined;
}

export interface DeviceSurvey {
  /** Those that this kind of machine can have, in the order of `DEVICE_NAMES`. */
  readonly devices: readonly DeviceReport[];
  /** What `auto` takes. */
  readonly chosen: DeviceName;
  /** Why that one, in a sentence. */
  readonly reason: string;
  /** When it was measured, ISO 8601; it is measured again when the machine, a driver or a library has changed. */
  readonly measuredAt: string;
}

/** How far an installation is. */
export interface InstallProgress {
  /** e.g. 'Downloading @tensorflow/tfjs-node-gpu'. */
  readonly message: string;
}
