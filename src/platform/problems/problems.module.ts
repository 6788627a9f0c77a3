import { Module } from '@nestjs/common';
import { Feature } from '../features/feature.decorator';

/** The errors of HTTP and of rules that apply to every route. */
@Feature({
  name: 'problems',
  problems: {
    validation_failed: { status: 400, title: 'The request is not valid' },
    malformed_body: { status: 400, title: 'The body cannot be read' },
    malformed_request: { status: 400, title: 'The request is not HTTP' },
    invalid_cursor: { status: 400, title: 'The cursor is not valid' },
    unauthenticated: { status: 401, title: 'Authentication is required' },
    invalid_token: { status: 401, title: 'The access token is not valid' },
    forbidden: { status: 403, title: 'Access is denied' },
    quota_exceeded: { status: 403, title: 'The quota of the account is exceeded' },
    insufficient_scope: { status: 403, title: 'The token lacks a scope' },
    not_found: { status: 404, title: 'Not found' },
    method_not_allowed: { status: 405, title: 'The method is not allowed' },
    request_timeout: { status: 408, title: 'The request took too long to arrive' },
    conflict: { status: 409, title: 'Conflict' },
    precondition_failed: { status: 412, title: 'The precondition failed' },
    payload_too_large: { status: 413, title: 'The body is too large' },
    unsupported_media_type: { status: 415, title: 'The media type is not supported' },
    headers_too_large: { status: 431, title: 'The headers are too large' },
    rate_limited: { status: 429, title: 'Too many attempts' },
    internal_error: { status: 500, title: 'Internal error' },
    overloaded: { status: 503, title: 'The service is not available right now' },
  },
})
@Module({})
export class ProblemsModule {}
