#include <math.h>

#include "inference.h"

namespace {

double Sigmoid(double x) { return 1 / (1 + exp(-x)); }

size_t GatesOf(esp_cell cell) { return cell == ESP_CELL_LSTM ? 4 : cell == ESP_CELL_GRU ? 3 : 1; }

// One row's product; `row` counts within the packed order, 16 rows a group.
double RowProduct(esp_vector_matrix w, size_t row, const float* x) {
  const size_t group = row / 16, lane = row % 16;
  double sum = 0;
  if (w.start == nullptr) {
    const size_t part = group / w.gates, gate = group % w.gates;
    for (size_t k = 0; k < w.columns; ++k) {
      sum += static_cast<double>(w.value[((part * w.columns + k) * w.gates + gate) * 16 + lane]) * x[k];
    }
    return sum;
  }
  if (w.column != nullptr) {
    const size_t part = group / w.gates, gate = group % w.gates, strip = 2 * part + lane / 8;
    for (size_t s = w.start[strip]; s < w.start[strip + 1]; ++s) {
      const size_t at = s * w.gates + gate;
      sum += static_cast<double>(w.value[at * 8 + lane % 8]) * x[w.column[at]];
    }
    return sum;
  }
  const size_t blocks = (w.columns + 31) / 32;
  for (size_t b = 0; b < blocks; ++b) {
    for (size_t s = w.start[group * blocks + b]; s < w.start[group * blocks + b + 1]; ++s) {
      sum += static_cast<double>(w.value[s * 16 + lane]) * x[b * 32 + w.index[s * 16 + lane]];
    }
  }
  return sum;
}

double RowProduct(esp_pattern pattern, const float* value, size_t row, size_t lanes, const float* x) {
  double sum = 0;
  for (size_t p = pattern.row_start[row]; p < pattern.row_start[row + 1]; ++p) {
    sum += static_cast<double>(value[p]) * x[pattern.column[p] * lanes];
  }
  return sum;
}

// The new hidden state from the gates' sums; `own` is the hidden state's part of the GRU's new gate.
float NewState(esp_cell cell, const double* sum, double own, float before, float* c) {
  switch (cell) {
    case ESP_CELL_RNN: return static_cast<float>(tanh(sum[0]));
    case ESP_CELL_GRU: {
      const double next = tanh(sum[2] + Sigmoid(sum[0]) * own), update = Sigmoid(sum[1]);
      return static_cast<float>((1 - update) * next + update * before);
    }
    case ESP_CELL_LSTM:
      *c = static_cast<float>(Sigmoid(sum[1]) * *c + Sigmoid(sum[0]) * tanh(sum[2]));
      return static_cast<float>(Sigmoid(sum[3]) * tanh(*c));
  }
  return 0;
}

}  // namespace

extern "C" {

void esp_reference_vector_product(esp_vector_matrix w, const float* bias, const float* x, float* out) {
  for (size_t row = 0; row < 16 * w.groups; ++row) out[row] = static_cast<float>(bias[row] + RowProduct(w, row, x));
}

void esp_reference_vector_recurrence(esp_cell cell, size_t steps, esp_vector_matrix input, esp_vector_matrix hidden,
                                     const float* bias, const float* hidden_bias, const float* x, size_t x_stride,
                                     float* state, size_t width) {
  const size_t gates = GatesOf(cell), units = hidden.groups / gates * 16;
  for (size_t at = 0; at < 3 * width; ++at) state[at] = 0;
  for (size_t s = 0; s < steps; ++s) {
    const float* before = state + ((steps - s) % 2) * width;
    float* after = state + ((steps - s - 1) % 2) * width;
    for (size_t unit = 0; unit < units; ++unit) {
      double sum[4], own = 0;
      for (size_t g = 0; g < gates; ++g) {
        const size_t row = (unit / 16 * gates + g) * 16 + unit % 16;
        sum[g] = bias[row] + RowProduct(input, row, x + s * x_stride);
        const double part = RowProduct(hidden, row, before);
        if (cell == ESP_CELL_GRU && g == 2) {
          own = part + hidden_bias[unit];
        } else {
          sum[g] += part;
        }
      }
      after[unit] = NewState(cell, sum, own, before[unit], state + 2 * width + unit);
    }
  }
}

void esp_reference_sparse_recurrence(esp_cell cell, size_t steps, size_t lanes, esp_pattern input,
                                     const float* input_value, esp_pattern hidden, const float* hidden_value,
                                     const float* bias, const float* hidden_bias, const float* x, size_t x_step,
                                     float* state) {
  const size_t gates = GatesOf(cell), count = hidden.columns * lanes;
  for (size_t at = 0; at < 3 * count; ++at) state[at] = 0;
  for (size_t s = 0; s < steps; ++s) {
    const float* before = state + ((steps - s) % 2) * count;
    float* after = state + ((steps - s - 1) % 2) * count;
    for (size_t unit = 0; unit < hidden.columns; ++unit) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        double sum[4], own = 0;
        for (size_t g = 0; g < gates; ++g) {
          const size_t row = unit * gates + g;
          sum[g] = bias[row] + RowProduct(input, input_value, row, lanes, x + s * x_step + lane);
          const double part = RowProduct(hidden, hidden_value, row, lanes, before + lane);
          if (cell == ESP_CELL_GRU && g == 2) {
            own = part + hidden_bias[unit];
          } else {
            sum[g] += part;
          }
        }
        const size_t at = unit * lanes + lane;
        after[at] = NewState(cell, sum, own, before[at], state + 2 * count + at);
      }
    }
  }
}

void esp_reference_normalize_sum(size_t features, size_t lanes, const float* x, const float* y, const float* gain,
                                 const float* bias, float* out) {
  for (size_t lane = 0; lane < lanes; ++lane) {
    double mean = 0, variance = 0;
    for (size_t f = 0; f < features; ++f) {
      const size_t at = f * lanes + lane;
      out[at] = x[at] + (y != nullptr ? y[at] : 0.0f);
      mean += out[at];
    }
    mean /= static_cast<double>(features);
    for (size_t f = 0; f < features; ++f) variance += pow(out[f * lanes + lane] - mean, 2);
    const double rate = 1 / sqrt(variance / static_cast<double>(features) + 1e-5);
    for (size_t f = 0; f < features; ++f) {
      float& value = out[f * lanes + lane];
      value = static_cast<float>((value - mean) * rate * gain[f] + bias[f]);
    }
  }
}

void esp_reference_softmax_rows(size_t rows, size_t lanes, float scale, float* scores) {
  for (size_t lane = 0; lane < lanes; ++lane) {
    double largest = -INFINITY, total = 0;
    for (size_t j = 0; j < rows; ++j) largest = fmax(largest, scores[j * lanes + lane]);
    for (size_t j = 0; j < rows; ++j) total += exp((scores[j * lanes + lane] - largest) * scale);
    for (size_t j = 0; j < rows; ++j) {
      float& score = scores[j * lanes + lane];
      score = static_cast<float>(exp((score - largest) * scale) / total);
    }
  }
}

}  // extern "C"
