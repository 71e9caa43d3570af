// SPDX-License-Identifier: Apache-2.0

/// CRC-32C contribution of one beat: the state after 64 bytes from a zero state.
///
/// The code is linear, so the running state of a flit is `advance(state) ^ crc_o`
/// (weft_link_crc32c_advance). Two bodies: look-up tables for simulation, an XOR matrix for
/// synthesis; tests/rtl/crc32c_test.cpp proves them equal. With `en_i` low the output is 0.
module weft_link_crc32c #(
  /// Slots of data_i that may be other than zero: the rest is not looked at.
  parameter int First = 0,
  parameter int Last  = 7
) (
  input  logic         en_i,
  input  logic [511:0] data_i,
  output logic [31:0]  crc_o
);
`ifdef VERILATOR
`ifndef WEFT_CRC_MATRIX
`define WEFT_CRC_TABLES
`endif
`endif
`ifdef WEFT_CRC_TABLES
  `include "weft_link_crc32c_tables.svh"

  function automatic logic [31:0] slice8(input logic [31:0] state, input logic [63:0] data);
    logic [31:0] lo;
    lo = data[31:0] ^ state;
    slice8 = SliceTab[{3'd7, lo[7:0]}] ^ SliceTab[{3'd6, lo[15:8]}] ^
             SliceTab[{3'd5, lo[23:16]}] ^ SliceTab[{3'd4, lo[31:24]}] ^
             SliceTab[{3'd3, data[39:32]}] ^ SliceTab[{3'd2, data[47:40]}] ^
             SliceTab[{3'd1, data[55:48]}] ^ SliceTab[{3'd0, data[63:56]}];
  endfunction

  function automatic logic [31:0] zero8(input logic [31:0] state);
    zero8 = SliceTab[{3'd7, state[7:0]}] ^ SliceTab[{3'd6, state[15:8]}] ^
            SliceTab[{3'd5, state[23:16]}] ^ SliceTab[{3'd4, state[31:24]}];
  endfunction

  // Two independent chains of 32 bytes hide the latency of the look-ups.
  logic [31:0] lo, hi;
  always_comb begin
    lo    = '0;
    hi    = '0;
    crc_o = '0;
    if (en_i) begin
      for (int i = 0; i < 4; i++) begin
        if (i >= First && i <= Last) begin
          lo = slice8(lo, data_i[64*i+:64]);
        end else if (i > First) begin
          lo = zero8(lo);
        end
        if (i + 4 >= First && i + 4 <= Last) begin
          hi = slice8(hi, data_i[64*(i+4)+:64]);
        end else if (i + 4 > First && First > 3) begin
          hi = zero8(hi);
        end
      end
      if (First < 4) begin
        crc_o = hi ^ Adv32[{2'd0, lo[7:0]}] ^ Adv32[{2'd1, lo[15:8]}] ^
                Adv32[{2'd2, lo[23:16]}] ^ Adv32[{2'd3, lo[31:24]}];
      end else begin
        crc_o = hi;
      end
    end
  end
`else
  `include "weft_link_crc32c_matrix.svh"

  localparam logic [32*512-1:0] MaskD = {
    MaskD31, MaskD30, MaskD29, MaskD28, MaskD27, MaskD26, MaskD25, MaskD24, MaskD23, MaskD22,
    MaskD21, MaskD20, MaskD19, MaskD18, MaskD17, MaskD16, MaskD15, MaskD14, MaskD13, MaskD12,
    MaskD11, MaskD10, MaskD9, MaskD8, MaskD7, MaskD6, MaskD5, MaskD4, MaskD3, MaskD2, MaskD1,
    MaskD0};

  logic [511:0] data;
  always_comb begin
    data = '0;
    if (en_i) begin
      data[64*First+:64*(Last-First+1)] = data_i[64*First+:64*(Last-First+1)];
    end
  end
  for (genvar i = 0; i < 32; i++) begin : gen_bit
    assign crc_o[i] = ^(data & MaskD[512*i+:512]);
  end
`endif
endmodule
