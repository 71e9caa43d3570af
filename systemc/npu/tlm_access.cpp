// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/tlm_access.h"

namespace weft::sc {

bool refused(tlm::tlm_generic_payload& access) {
  if (access.get_command() == tlm::TLM_IGNORE_COMMAND) {
    access.set_response_status(tlm::TLM_OK_RESPONSE);
    return true;
  }
  if (access.get_byte_enable_ptr() != nullptr) {
    access.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return true;
  }
  if (access.get_data_length() == 0 || access.get_streaming_width() < access.get_data_length()) {
    access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return true;
  }
  return false;
}

}  // namespace weft::sc
