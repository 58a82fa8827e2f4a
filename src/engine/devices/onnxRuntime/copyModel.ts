import type { DType } from '../../tensor.ts';
import { ONNX_TYPE, valueInfo } from '../../onnx/emitter.ts';
import { encodeModel, type NodeProto, type ValueInfoProto } from '../../onnx/modelProto.ts';
import { NEXT_TALLY, STAMP, TALLY } from './receiptNames.ts';

/**
 * A program `y = x` for tensors of one type and any shape.
 *
 * @param isCounted whether it adds a stamp to the tally (`Receipts`) as well
 */
export function copyModel(dtype: DType, isCounted: boolean): Uint8Array {
  const graph = {
    name: 'copy',
    initializer: [],
    node: [node('Identity', ['x'], 'y')],
    input: [anyShape('x', dtype)],
    output: [anyShape('y', dtype)],
  };
  if (isCounted) {
    graph.node.push(node('Add', [TALLY, STAMP], NEXT_TALLY));
    graph.input.push(number(TALLY), number(STAMP));
    graph.output.push(number(NEXT_TALLY));
  }
  return encodeModel(graph, []);
}

function node(opType: string, input: readonly string[], output: string): NodeProto {
  return { opType, input, output: [output], name: opType, attribute: [], domain: '' };
}

function anyShape(name: string, dtype: DType): ValueInfoProto {
  return { name, type: { tensorType: { elemType: ONNX_TYPE[dtype] } } };
}

function number(name: string): ValueInfoProto {
  return valueInfo(name, { shape: [], dtype: 'float32' });
}
