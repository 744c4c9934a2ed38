// The WGSL of activations and their derivatives, of a type `Value` that is f32 or vec4<f32>.

/** Invocations of a workgroup that goes over a tensor entry by entry. */
export const ENTRY_LANES = 256;

// The formula of tfjs's own erf: Abramowitz and Stegun 1964, 7.1.26, off by 1.5e-7 at most.
const NORMAL = `
  const SQRT_HALF = ${Math.SQRT1_2};
  const DENSITY_AT_ZERO = ${1 / Math.sqrt(2 * Math.PI)};

  // The probability that a standard normal variable is below x.
  fn normalCumulative(x : Value) -> Value {
    let z = abs(x) * SQRT_HALF;
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return 0.5 + 0.5 * sign(x) * (1.0 - series * exp(-z * z));
  }

  fn gelu(x : Value) -> Value {
    return x * normalCumulative(x);
  }

  fn geluSlope(x : Value) -> Value {
    return normalCumulative(x) + x * DENSITY_AT_ZERO * exp(-0.5 * x * x);
  }
`;

// 0.5 (1 + tanh(u)) = sigmoid(2u), with u = sqrt(2/π) (x + 0.044715 x³).
const NORMAL_BY_TANH = `
  const SLOPE = ${2 * Math.sqrt(2 / Math.PI)};
  const CUBIC = 0.044715;

  fn gate(x : Value) -> Value {
    return 1.0 / (1.0 + exp(-SLOPE * x * (1.0 + CUBIC * x * x)));
  }

  fn geluTanh(x : Value) -> Value {
    return x * gate(x);
  }

  fn geluTanhSlope(x : Value) -> Value {
    let g = gate(x);
    return g + x * g * (1.0 - g) * SLOPE * (1.0 + 3.0 * CUBIC * x * x);
  }
`;

const RELU = `
  fn relu(x : Value) -> Value {
    return select(x, Value(), x < Value());
  }

  fn reluSlope(x : Value) -> Value {
    return select(Value(1.0), Value(), x <= Value());
  }
`;

const SILU = `
  fn sigmoid(x : Value) -> Value {
    return 1.0 / (1.0 + exp(-x));
  }

  fn silu(x : Value) -> Value {
    return x * sigmoid(x);
  }

  fn siluSlope(x : Value) -> Value {
    let s = sigmoid(x);
    return s + x * s * (1.0 - s);
  }
`;

/** WGSL of `NAME` and `NAMESlope`, by the names that the ops have. */
export const ACTIVATIONS = { gelu: NORMAL, geluTanh: NORMAL_BY_TANH, relu: RELU, silu: SILU } as const;

/** An activation that there is WGSL for. */
export type ActivationName = keyof typeof ACTIVATIONS;

/** What the shader of an activation depends on. */
export type ActivationVariant = {
  readonly activation: ActivationName;
  /** Whether it gives the gradient: dy times the slope. */
  readonly backward: boolean;
  /** Whether an invocation has four entries. */
  readonly vector: boolean;
};

/** f(x) of each entry, or its gradient; an invocation to an entry or to four. */
export function activationSource({ activation, backward, vector }: ActivationVariant): string {
  return `
    ${valueType(vector)}
    ${ACTIVATIONS[activation]}

    fn run(workgroup : i32, lane : i32) {
      let entry = workgroup * ${ENTRY_LANES} + lane;
      if (entry < uniforms.entries) {
        let at = Value(x[entry]);
        result[entry] = ${backward ? `Value(dy[entry]) * ${activation}Slope(at)` : `${activation}(at)`};
      }
    }`;
}

/** `Value`, what an invocation works on. */
export function valueType(vector: boolean): string {
  return `alias Value = ${vector ? 'vec4<f32>' : 'f32'};`;
}
