import packageJson from '../../package.json' with { type: 'json' };

/** The version of this program. Apart from `programVersions`, which loads ONNX Runtime to ask for its version. */
export const PROGRAM_VERSION: string = packageJson.version;
